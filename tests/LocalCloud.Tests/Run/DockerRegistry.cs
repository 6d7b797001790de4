using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>The CNCF's registry as Debian packages it, on a free port, with images pushed by skopeo.</summary>
internal sealed class DockerRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _directory;

    private DockerRegistry(Process process, string directory, int port) =>
        (_process, _directory, Uri) = (process, directory, new($"http://127.0.0.1:{port}/"));

    public Uri Uri { get; }

    public static async Task<DockerRegistry> StartAsync()
    {
        Programs.Need("docker-registry", "docker-registry");
        Programs.Need("skopeo", "skopeo");
        var directory = Directory.CreateTempSubdirectory("registry-").FullName;
        var port = FreePort();
        var config = Path.Combine(directory, "config.yml");
        await File.WriteAllTextAsync(config, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{directory}}/data }, delete: { enabled: true } }
            http: { addr: 127.0.0.1:{{port}} }
            """);
        var process = Process.Start(
            new ProcessStartInfo("docker-registry", ["serve", config]) { RedirectStandardInput = true })!;
        var registry = new DockerRegistry(process, directory, port);
        using var http = new HttpClient { BaseAddress = registry.Uri };
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await AnswersAsync(http, late.Token)) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        return registry;
    }

    /// <summary>Pushes an image layout, with all of its platforms, under a path and tag.</summary>
    public Task PushAsync(OciLayout layout, string target) => Programs.RunAsync(
        "skopeo", "copy", "--quiet", "--all", "--insecure-policy", "--dest-tls-verify=false",
        $"oci:{layout.Directory}:image", $"docker://{Uri.Authority}/{target}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/v2/", UriKind.Relative), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
