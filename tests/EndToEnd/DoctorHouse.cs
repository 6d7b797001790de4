using CdAutomation.EndToEnd.Stage;
using Grpc.Net.Client;

namespace CdAutomation.EndToEnd;

/// <summary>A running <c>cdctl up</c> that serves one image, to break things in.</summary>
[TestFixture]
public abstract class DoctorHouse
{
    private readonly HttpClient _http = new();

    private protected UpFolder Folder { get; private set; } = null!;

    private protected Up Running { get; private set; } = null!;

    private protected GrpcChannel PubSub { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Folder = new(("shop.yaml", Policies.Pipeline("shop", "web")));
        Running = await Up.StartAsync(Folder, "--simulate");
        // Ports stay when it is started again.
        PubSub = GrpcChannel.ForAddress($"http://{Running.PubSub}");
        await PushAsync("v1.0.0");
        await Running.ToldAsync("shop", "v1.0.0", "rollout.serving");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        PubSub?.Dispose();
        if (Running is not null)
            await Running.DisposeAsync();
        Folder?.Dispose();
        _http.Dispose();
    }

    private protected Task PushAsync(string tag) => new TinyImage($"web {tag}").PushAsync(_http, Running.Registry, Policies.PathOf("web"), tag);

    private protected async Task<DoctorVisit> IsBrokenAsync(string[] checks, params string[] unknown)
    {
        var visit = await DoctorVisit.PayAsync(Folder);
        await TestContext.Out.WriteLineAsync(visit.ToString());
        Assert.That((visit.Code, visit.Broken, visit.Unknown), Is.EqualTo((1, checks, unknown)), visit.ToString());
        return visit;
    }

    private protected async Task IsWellAsync()
    {
        var visit = await DoctorVisit.PayAsync(Folder);
        Assert.That((visit.Code, visit.Broken.Count, visit.Unknown.Count), Is.EqualTo((0, 0, 0)), visit.ToString());
    }

    /// <summary>The cure that is named for nearly everything here.</summary>
    private protected async Task StartAgainCuresAsync(string mend)
    {
        Assert.That(mend, Does.StartWith("cdctl up"));
        if (Running.IsRunning)
            Assert.That(await Running.StopAsync(), Is.Zero);
        await Running.DisposeAsync();
        Running = await Up.StartAsync(Folder, "--simulate");
        var visit = await Eventually.SeesAsync("all is well again", () => DoctorVisit.PayAsync(Folder), it => it.Code == 0);
        Assert.That(visit.Unknown, Is.Empty);
    }
}
