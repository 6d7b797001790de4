using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Run;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// The functions as they are composed on Google Cloud: each a process of its own, all on one store, behind push subscriptions. The
/// registry is the CNCF's and Pub/Sub is Google's emulator; Cloud Run is the local one.
/// </summary>
internal sealed class Production : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    private Production()
    {
    }

    public TemporaryFolder Folder { get; } = new();

    public GooglePubSub PubSub { get; private set; } = null!;

    public WebhookForwarder Forwarder { get; private set; } = null!;

    public DebianRegistry Registry { get; private set; } = null!;

    public LocalRun Run { get; private set; } = null!;

    public CloudRun Cloud { get; private set; } = null!;

    public FunctionProcess OnImagePushed { get; private set; } = null!;

    public FunctionProcess OnTick { get; private set; } = null!;

    public FunctionProcess OnRequest { get; private set; } = null!;

    public static async Task<Production> StartAsync(string policy)
    {
        var production = new Production();
        try
        {
            await production.StartPartsAsync(policy);
            return production;
        }
        catch
        {
            await production.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cloud?.Dispose();
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        Folder.Dispose();
    }

    private async Task StartPartsAsync(string policy)
    {
        PubSub = Started(await GooglePubSub.StartAsync());
        Forwarder = Started(await WebhookForwarder.StartAsync(PubSub.Address, Installation.Topic("gcr")));
        Registry = Started(await DebianRegistry.StartAsync(Folder, Forwarder.Address));
        var registry = new Uri($"http://{Registry.Address}/");
        Run = Started(await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => registry) }, CancellationToken.None));
        Cloud = new(Run.Address, Run.ProxyAddress.ToString());

        using (var journal = SqliteJournal.Open(Folder.In("journal.db")))
        {
            Assert.That(CompiledPolicies.Compile([new("shop.yaml", policy)], Installation.Commit).TryGetValue(out var compiled));
            await journal.ActivateAsync(
                new(Installation.Commit, DateTimeOffset.UnixEpoch, "the test", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical), 0, CancellationToken.None);
        }

        var configuration = Configuration();
        OnImagePushed = Started(await FunctionProcess.StartAsync("OnImagePushed", configuration));
        OnTick = Started(await FunctionProcess.StartAsync("OnTick", configuration));
        OnRequest = Started(await FunctionProcess.StartAsync("OnRequest", configuration));
        await PubSubSetup.EnsureAsync(
            PubSub.Address,
            [
                new(Installation.Topic("gcr"), Installation.Subscription("gcr-push"), OnImagePushed.Address),
                new(Installation.Topic("cd-ticks"), Installation.Subscription("cd-ticks-push"), OnTick.Address),
                new(Installation.Topic("deployments"), Installation.Subscription("deployments"), null),
            ],
            CancellationToken.None);
        await FoundServiceAsync();
    }

    private Dictionary<string, string?> Configuration() => new()
    {
        ["CDAUTOMATION_STORE"] = Folder.In("journal.db"),
        ["CDAUTOMATION_RUN_ENDPOINT"] = $"http://{Run.Address}",
        ["CDAUTOMATION_REGISTRY_ENDPOINT"] = $"http://{Registry.Address}",
        ["CDAUTOMATION_PUBSUB_ENDPOINT"] = $"http://{PubSub.Address}",
        ["CDAUTOMATION_DEPLOYMENTS_TOPIC"] = Installation.Topic("deployments"),
        ["CDAUTOMATION_LOCAL_TOKEN"] = Installation.Token,
        // What is five minutes on Google Cloud: how often a tick reads the registry's own list.
        ["CDAUTOMATION_PATIENCE_SURVEY"] = "1s",
    };

    /// <summary>An operator makes the service once, with any image; here one that no pipeline knows.</summary>
    private async Task FoundServiceAsync()
    {
        await Skopeo.PushAsync(OciLayout.OnePlatform(Folder, "placeholder").Reference, Registry.Address, "acme/hello:latest");
        await Installation.FoundAsync(Run.Address, "web");
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
