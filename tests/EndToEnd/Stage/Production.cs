using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Run;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// The functions as they are composed on Google Cloud: each a process of its own, all on one store, behind push subscriptions. The
/// registry is the CNCF's and Pub/Sub is Google's emulator; Cloud Run is the local one.
/// </summary>
internal sealed class Production : IAsyncDisposable
{
    public const string Project = "local";
    public const string Token = "a token for the tests alone";

    /// <summary>A policy is known by the commit it comes from.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

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

    public static string Topic(string id) => $"projects/{Project}/topics/{id}";

    public static string Subscription(string id) => $"projects/{Project}/subscriptions/{id}";

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
        Forwarder = Started(await WebhookForwarder.StartAsync(PubSub.Address, Topic("gcr")));
        Registry = Started(await DebianRegistry.StartAsync(Folder, Forwarder.Address));
        var registry = new Uri($"http://{Registry.Address}/");
        Run = Started(await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => registry) }, CancellationToken.None));
        Cloud = new(Run.Address, Run.ProxyAddress.ToString());

        using (var journal = SqliteJournal.Open(Folder.In("journal.db")))
        {
            Assert.That(CompiledPolicies.Compile([new("shop.yaml", policy)], Commit).TryGetValue(out var compiled));
            await journal.ActivateAsync(
                new(Commit, DateTimeOffset.UnixEpoch, "the test", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical), 0, CancellationToken.None);
        }

        var configuration = Configuration();
        OnImagePushed = Started(await FunctionProcess.StartAsync("OnImagePushed", configuration));
        OnTick = Started(await FunctionProcess.StartAsync("OnTick", configuration));
        OnRequest = Started(await FunctionProcess.StartAsync("OnRequest", configuration));
        await PubSubSetup.EnsureAsync(
            PubSub.Address,
            [
                new(Topic("gcr"), Subscription("gcr-push"), OnImagePushed.Address),
                new(Topic("cd-ticks"), Subscription("cd-ticks-push"), OnTick.Address),
                new(Topic("deployments"), Subscription("deployments"), null),
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
        ["CDAUTOMATION_DEPLOYMENTS_TOPIC"] = Topic("deployments"),
        ["CDAUTOMATION_LOCAL_TOKEN"] = Token,
        // What is five minutes on Google Cloud: how often a tick reads the registry's own list.
        ["CDAUTOMATION_PATIENCE_SURVEY"] = "1s",
    };

    /// <summary>An operator makes the service once, with any image; here one that no pipeline knows.</summary>
    private async Task FoundServiceAsync()
    {
        await Skopeo.PushAsync(OciLayout.OnePlatform(Folder, "placeholder").Reference, Registry.Address, "acme/hello:latest");
        using var channel = GrpcChannel.ForAddress($"http://{Run.Address}");
        var container = new Container { Image = $"{Policies.Host}/acme/hello:latest" };
        await new Services.ServicesClient(channel).CreateServiceAsync(new CreateServiceRequest
        {
            Parent = $"projects/{Policies.Project}/locations/{Policies.Region}",
            ServiceId = "web",
            Service = new Service { Template = new RevisionTemplate { Containers = { container } } },
        });
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
