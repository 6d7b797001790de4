using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>
/// Google's own Pub/Sub emulator pushes to our functions: what it sends is understood, what we answer ends its redelivery.
/// </summary>
[Category("Emulator")]
public sealed class PubSubEmulatorTests
{
    private const string Folder = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process? _emulator;
    private HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var jar = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "cloud-pubsub-emulator-*-all.jar").Max() : null;
        if (jar is null)
            Assert.Ignore("Google's Pub/Sub emulator is missing: install the Google Cloud CLI's pubsub-emulator.");

        var port = FreePort();
        _emulator = Process.Start(new ProcessStartInfo("java", ["-jar", jar!, "--host=127.0.0.1", $"--port={port}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _emulator.OutputDataReceived += (_, _) => { };
        _emulator.ErrorDataReceived += (_, _) => { };
        _emulator.BeginOutputReadLine();
        _emulator.BeginErrorReadLine();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/v1/projects/acme/") };
        await EventuallyAsync(async () =>
        {
            try
            {
                return (await _http.PutAsJsonAsync("topics/gcr", new { })).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _http?.Dispose();
        _emulator?.Kill(entireProcessTree: true);
        _emulator?.Dispose();
    }

    [Test]
    public async Task An_image_that_is_announced_is_deployed_and_garbage_comes_once()
    {
        await using var house = await House.OpenAsync();
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        (await _http.PutAsJsonAsync("subscriptions/on-image-pushed", new
        {
            topic = "projects/acme/topics/gcr",
            ackDeadlineSeconds = 10,
            pushConfig = new { pushEndpoint = new Uri(house.Http.BaseAddress!, "/functions/OnImagePushed").ToString() },
        })).EnsureSuccessStatusCode();

        var messages = new[] { Message("garbage"), Message(Messages.Pushed("v1.2.3", Messages.DigestA)) };
        (await _http.PostAsJsonAsync("topics/gcr:publish", new { messages })).EnsureSuccessStatusCode();

        await EventuallyAsync(async () => (await house.EventsAsync()).Count(received => received.Settled) == 2);
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestA}" }));
        var kept = await house.EventsAsync();
        Assert.That(kept.Select(received => received.Refusal?.Code), Is.EquivalentTo(new[] { null, "message.json" }));
        Assert.That(kept.Select(received => received.MessageId), Has.All.Match(@"^\d+$"));
    }

    private static object Message(string data) => new { data = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)) };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> look)
    {
        for (var watch = Stopwatch.StartNew(); !await look();)
        {
            Assert.That(watch.Elapsed, Is.LessThan(Patience), "not seen in time");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
