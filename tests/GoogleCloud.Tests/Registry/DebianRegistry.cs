using System.Diagnostics;
using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Tests.Registry;

/// <summary>The CNCF distribution registry as Debian packages it, in memory, on a free port; images come to it by skopeo.</summary>
internal sealed partial class DebianRegistry : IAsyncDisposable
{
    public const string User = "robot";
    public const string Password = "correct horse";
    // bcrypt of the password above, cost 4: what 'htpasswd -B' would write.
    private const string PasswordLine = User + ":$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n";
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly bool _withPassword;

    private DebianRegistry(Process process, DirectoryInfo folder, bool withPassword, string host)
    {
        (_process, _folder, _withPassword) = (process, folder, withPassword);
        Repository = new Repository(host, "acme/app/web");
    }

    public Repository Repository { get; }

    public Uri Address => new($"http://{Repository.Host}");

    public static async Task<DebianRegistry> StartAsync(bool withPassword)
    {
        RequireOrSkip("docker-registry");
        RequireOrSkip("skopeo");
        var folder = Directory.CreateTempSubdirectory("cda-registry-");
        var passwords = Path.Combine(folder.FullName, "htpasswd");
        await File.WriteAllTextAsync(passwords, PasswordLine);
        var auth = withPassword ? $"auth: {{ htpasswd: {{ realm: test, path: {passwords} }} }}\n" : "";
        var config = Path.Combine(folder.FullName, "config.yml");
        await File.WriteAllTextAsync(config,
            $"version: 0.1\nlog: {{ level: info }}\nstorage: {{ inmemory: {{}} }}\nhttp: {{ addr: '127.0.0.1:0' }}\n{auth}");

        var host = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = Start("docker-registry", "serve", config);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                host.TrySetException(new InvalidOperationException("docker-registry ended before it listened"));
            else if (ListeningPattern().Match(line.Data) is { Success: true } match)
                host.TrySetResult(match.Groups[1].Value);
        };
        process.BeginErrorReadLine();
        return new DebianRegistry(process, folder, withPassword, await host.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    public async Task PushAsync(TestImage image, string tag)
    {
        using var skopeo = Start("skopeo",
        [
            "copy", "--insecure-policy", "--all", "--dest-tls-verify=false",
            .. _withPassword ? new[] { "--dest-creds", $"{User}:{Password}" } : [],
            $"oci:{image.Folder}:image", $"docker://{Repository}:{tag}",
        ]);
        var error = await skopeo.StandardError.ReadToEndAsync();
        await skopeo.WaitForExitAsync();
        Assert.That(skopeo.ExitCode, Is.Zero, error);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardError = true,
        RedirectStandardOutput = false,
    })!;

    private static void RequireOrSkip(string program)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found)
            Assert.Ignore($"{program} is not on this machine: apt-get install -y {program}");
    }

    [GeneratedRegex("listening on (127\\.0\\.0\\.1:[0-9]+)")]
    private static partial Regex ListeningPattern();
}
