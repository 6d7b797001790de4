using System.Text;
using System.Text.Json;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Run;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage.Images;

/// <summary>What functions in containers need around them: the local Cloud Run with a service, a registry, a journal with a policy.</summary>
internal sealed class ImageHouse : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private LocalRegistry _registry = null!;
    private LocalRun _run = null!;
    private int _messages;

    private ImageHouse()
    {
    }

    public CloudRun Cloud { get; private set; } = null!;

    /// <summary>The journal's folder, and where a container sees it.</summary>
    public string Volume => $"{_folder.In("data")}:/data";

    public Dictionary<string, string?> Environment => new()
    {
        ["CDAUTOMATION_STORE"] = "/data/journal.db",
        ["CDAUTOMATION_RUN_ENDPOINT"] = $"http://{_run.Address}",
        ["CDAUTOMATION_REGISTRY_ENDPOINT"] = $"http://{_registry.Address}",
        ["CDAUTOMATION_LOCAL_TOKEN"] = Installation.Token,
        ["CDAUTOMATION_PATIENCE_RETRY"] = "1s",
    };

    public static async Task<ImageHouse> StartAsync()
    {
        var house = new ImageHouse();
        try
        {
            await house.StartPartsAsync();
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    /// <returns>The reference by which the registry would tell of it.</returns>
    public async Task<string> PushAsync(string tag)
    {
        var image = new TinyImage(tag);
        await image.PushAsync(_http, _registry.Address, Policies.PathOf("web"), tag);
        return $"{Policies.Host}/{Policies.PathOf("web")}@{image.Digest}";
    }

    /// <summary>What the registry tells of a push.</summary>
    /// <param name="image">What <see cref="PushAsync"/> gave back.</param>
    /// <param name="tag">The tag it was pushed under.</param>
    public StringContent Inserted(string image, string tag) =>
        Message($$"""{"action":"INSERT","digest":"{{image}}","tag":"{{image.Split('@')[0]}}:{{tag}}"}""");

    /// <summary>A message as Pub/Sub pushes it.</summary>
    public StringContent Message(string data) => new(
        JsonSerializer.Serialize(new
        {
            message = new { data = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)), messageId = $"{++_messages}", publishTime = "2026-11-25T09:30:00Z" },
            subscription = "projects/acme/subscriptions/cd",
        }),
        Encoding.UTF8,
        "application/json");

    public async ValueTask DisposeAsync()
    {
        Cloud?.Dispose();
        if (_run is not null)
            await _run.DisposeAsync();
        if (_registry is not null)
            await _registry.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task StartPartsAsync()
    {
        _registry = await LocalRegistry.StartAsync(new() { PublicHosts = _ => [Policies.Host] }, CancellationToken.None);
        var address = new Uri($"http://{_registry.Address}");
        _run = await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => address) }, CancellationToken.None);
        Cloud = new(_run.Address, _run.ProxyAddress.ToString());

        Directory.CreateDirectory(_folder.In("data"));
        using (var journal = SqliteJournal.Open(_folder.In("data", "journal.db")))
        {
            Assert.That(CompiledPolicies.Compile([new("shop.yaml", Policies.Pipeline("shop", "web"))], Installation.Commit).TryGetValue(out var compiled));
            await journal.ActivateAsync(
                new(Installation.Commit, DateTimeOffset.UnixEpoch, "the test", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical), 0, CancellationToken.None);
        }

        // The containers' account is none of this machine.
        (await Command.RunAsync("chmod", ["-R", "a+rwX", _folder.In("data")])).Succeeded();
        await new TinyImage("placeholder").PushAsync(_http, _registry.Address, "acme/hello", "latest");
        await Installation.FoundAsync(_run.Address, "web");
        await Eventually.SeesAsync("the service is there", () => Cloud.ServiceAsync("web"), it => it.LatestReadyRevision.Length > 0 && !it.Reconciling);
    }
}
