using System.Diagnostics;

namespace CdAutomation.EndToEnd.Stage.Images;

/// <summary>podman with a storage of this test's own, and with what it needs on a bare machine or inside a container.</summary>
internal sealed class Podman : IAsyncDisposable
{
    // A native compilation, on a machine that has much else to do.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly TemporaryFolder _folder;

    public Podman(TemporaryFolder folder)
    {
        Command.Need("podman", "podman");
        Command.Need("runc", "runc");
        _folder = folder;
        Options = ["--storage-driver=overlay", "--root", folder.In("images"), "--runroot", folder.In("run"), "--runtime", "runc", "--cgroup-manager=cgroupfs"];
    }

    /// <summary>What stands before every command.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>The arguments that run a container: on the host's network, gone when it ends.</summary>
    public static IReadOnlyList<string> RunArguments(string name, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> volumes) =>
    [
        "run", "--rm", "--name", name, "--network=host", "--read-only", "--cap-drop=all",
        "--ulimit", "nofile=20000:20000", "--ulimit", "nproc=20000:20000",
        .. environment.SelectMany(it => (string[])["--env", $"{it.Key}={it.Value}"]),
        .. volumes.SelectMany(it => (string[])["--volume", it]),
    ];

    /// <summary>Runs a command to its end; the test fails where that is not well.</summary>
    public async Task<string> RunAsync(params IEnumerable<string> arguments) => (await Command.RunAsync("podman", [.. Options, .. arguments])).Succeeded().Output;

    /// <summary>Runs a container to its end.</summary>
    public Task<Command> ContainerAsync(
        string image, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment, params string[] volumes) =>
        Command.RunAsync(
            "podman",
            [
                .. Options, .. RunArguments($"cda-{Guid.NewGuid():N}", environment, volumes),
                "--workdir", volumes.Length > 0 ? "/workspace" : "/", image, .. arguments,
            ]);

    /// <summary>Runs a script that may build images: it takes as long as it takes.</summary>
    public static async Task<string> BuildAsync(string script, string folder, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo("bash", ["-c", script + "\n"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(late.Token), process.StandardError.ReadToEndAsync(late.Token));
            await process.WaitForExitAsync(late.Token);
            var said = await output + await error;
            Assert.That(process.ExitCode, Is.Zero, said);
            return said;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("podman", [.. Options, "rm", "--all", "--force", "--time", "0"]);
        // The storage is root's, and mounts keep it: podman itself takes it away best.
        await Command.RunAsync("podman", [.. Options, "system", "reset", "--force"]);
        await Command.RunAsync("rm", ["-rf", _folder.In("images"), _folder.In("run")]);
    }
}
