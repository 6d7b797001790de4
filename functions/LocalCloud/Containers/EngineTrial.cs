using System.ComponentModel;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>Finds an engine by letting it run something: that it is installed says little about whether it works.</summary>
internal static class EngineTrial
{
    private const string Image = "localhost/cdautomation-trial:1";

    // Default limits and crun need rights that a container around us, or a bare root shell, often does not have.
    private static readonly string[] Spare = ["--runtime", "runc", "--cgroup-manager=cgroupfs"];
    private static readonly string[] LowLimits = ["--ulimit", "nofile=20000:20000", "--ulimit", "nproc=20000:20000"];

    public static async Task<ContainerEngineSearch> FindAsync(string storage, CancellationToken cancellation)
    {
        var problems = new List<string>();
        foreach (var name in (string[])["podman", "docker"])
        {
            if (OnPath(name) is not { } program)
            {
                problems.Add($"{name} is not on the PATH");
                continue;
            }

            foreach (var (engine, how) in Candidates(name, program, storage))
            {
                var problem = await TryAsync(engine, cancellation);
                if (problem is null) return new(engine, $"Revisions are real containers, run by {how}.");
                problems.Add($"{how}: {problem}");
            }
        }

        return new(null, $"Revisions are simulated, no container engine works here ({string.Join("; ", problems)}).");
    }

    private static IEnumerable<(ContainerEngine Engine, string How)> Candidates(string name, string program, string storage)
    {
        yield return (new(program, [], []), name);
        if (name != "podman") yield break;
        yield return (new(program, Spare, LowLimits), "podman with runc and cgroupfs");
        string[] own = ["--storage-driver=overlay", "--root", Path.Combine(storage, "images"), "--runroot", Path.Combine(storage, "run")];
        yield return (new(program, [.. own, .. Spare], LowLimits), "podman with runc, cgroupfs and its own storage");
    }

    /// <returns>What went wrong; null when it works.</returns>
    private static async Task<string?> TryAsync(ContainerEngine engine, CancellationToken cancellation)
    {
        try
        {
            var import = await engine.RunAsync(["import", "-", Image], TrialImage.Tar(), cancellation);
            if (import.ExitCode != 0) return import.Complaint;
            var run = await engine.RunAsync(
                ["run", "--rm", "--network=host", .. engine.RunOptions, Image, TrialImage.Program], null, cancellation);
            await engine.RunAsync(["rmi", "-f", Image], null, cancellation);
            return run.ExitCode == 0 ? null : run.Complaint;
        }
        catch (Win32Exception problem)
        {
            return problem.Message;
        }
    }

    private static string? OnPath(string name)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, name + ending)))
            .FirstOrDefault(File.Exists);
    }
}
