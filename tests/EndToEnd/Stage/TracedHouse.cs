using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CdAutomation.Delivery.Policies;
using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Run;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using Google.Cloud.PubSub.V1;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>The production host of each function in a process of its own, before the local cloud, and a receiver of their spans and metrics.</summary>
internal sealed class TracedHouse : IAsyncDisposable
{
    public const string Actor = "ann@acme.example";

    private const string Token = "the-token-of-the-traced-house";

    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly List<FunctionProcess> _functions = [];
    private TopicAnnouncements? _announcements;
    private LocalRegistry _registry = null!;
    private LocalPubSub _pubsub = null!;

    private TracedHouse()
    {
    }

    public OtlpReceiver Receiver { get; private set; } = null!;

    public static async Task<TracedHouse> StartAsync(string policy)
    {
        var house = new TracedHouse();
        try
        {
            await house.StartPartsAsync(policy);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every line that the functions have logged, as JSON.</summary>
    public JsonElement[] Lines =>
    [
        .. _functions.SelectMany(function => function.Log.Split('\n')).Where(line => line.StartsWith('{')).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }),
    ];

    /// <summary>What the functions have said, for a failure.</summary>
    public string Log => string.Join('\n', _functions.Select(function => function.Log));

    public Task PushAsync(TinyImage image, string tag) => image.PushAsync(_http, _registry.Address, Policies.PathOf("web"), tag);

    /// <summary>What Cloud Scheduler posts each minute.</summary>
    public async Task TickAsync()
    {
        using var answer = await _http.PostAsync(_functions[1].Address, null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Somebody approves an image, as cdctl would send it.</summary>
    public async Task ApproveAsync(string image)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_functions[2].Address, "/v1/pipelines/shop/commands"))
        {
            Content = JsonContent.Create(new { command = "approve", stage = "production", image }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var answer = await _http.SendAsync(request);
        Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What subscribers of the deployments topic are told with an outcome.</summary>
    public async Task<PubsubMessage> ToldAsync(string outcome)
    {
        using var channel = GrpcChannel.ForAddress($"http://{_pubsub.Address}");
        var subscriber = new Subscriber.SubscriberClient(channel);
        var pulled = await Eventually.SeesAsync(
            "subscribers are told",
            async () => await subscriber.PullAsync(new PullRequest { Subscription = Installation.Subscription("deployments"), MaxMessages = 10 }),
            answer => answer.ReceivedMessages.Any(IsIt));
        return pulled.ReceivedMessages.First(IsIt).Message;

        bool IsIt(ReceivedMessage received) => received.Message.Attributes["outcome"] == outcome;
    }

    /// <summary>Ends the functions in order, as Cloud Run does.</summary>
    public async Task StopFunctionsAsync()
    {
        foreach (var function in _functions)
            await function.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopFunctionsAsync();
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _announcements?.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task StartPartsAsync(string policy)
    {
        Receiver = Started(await OtlpReceiver.StartAsync());
        _pubsub = Started(await LocalPubSub.StartAsync(new(), CancellationToken.None));
        _announcements = new(_pubsub.Address, Installation.Project, TimeProvider.System);
        _registry = Started(await LocalRegistry.StartAsync(
            new() { Announcements = _announcements, PublicHosts = _ => [Policies.Host] }, CancellationToken.None));
        var bytes = new Uri($"http://{_registry.Address}");
        var run = Started(await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => bytes) }, CancellationToken.None));
        await FoundServiceAsync(run.Address);
        using (var journal = SqliteJournal.Open(_folder.In("journal.db")))
        {
            Assert.That(CompiledPolicies.Compile([new("shop.yaml", policy)], Installation.Commit).TryGetValue(out var compiled));
            await journal.ActivateAsync(
                new PolicyBundle(Installation.Commit, DateTimeOffset.UnixEpoch, "the test", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical), 0, default);
        }

        foreach (var function in new[] { "OnImagePushed", "OnTick", "OnRequest" })
            _functions.Add(await FunctionProcess.StartAsync(function, Configuration(function, run.Address)));
        await PubSubSetup.EnsureAsync(
            _pubsub.Address,
            [
                new(Installation.Topic("gcr"), Installation.Subscription("gcr-push"), _functions[0].Address) { AckDeadline = TimeSpan.FromSeconds(60) },
                new(Installation.Topic("deployments"), Installation.Subscription("deployments"), null),
            ],
            CancellationToken.None);
    }

    private Dictionary<string, string?> Configuration(string function, string run) => new()
    {
        ["CDAUTOMATION_STORE"] = _folder.In("journal.db"),
        ["CDAUTOMATION_RUN_ENDPOINT"] = $"http://{run}",
        ["CDAUTOMATION_REGISTRY_ENDPOINT"] = $"http://{_registry.Address}",
        ["CDAUTOMATION_PUBSUB_ENDPOINT"] = $"http://{_pubsub.Address}",
        ["CDAUTOMATION_DEPLOYMENTS_TOPIC"] = Installation.Topic("deployments"),
        ["CDAUTOMATION_LOCAL_TOKEN"] = Token,
        ["CDAUTOMATION_LOCAL_ACTOR"] = Actor,
        ["GOOGLE_CLOUD_PROJECT"] = "acme",
        ["K_SERVICE"] = $"cd-{function}",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Receiver.Address,
        ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test,service.version=1.2.3",
    };

    /// <summary>An operator makes the service once, with an image that no pipeline knows.</summary>
    private async Task FoundServiceAsync(string run)
    {
        await new TinyImage("placeholder").PushAsync(_http, _registry.Address, "acme/hello", "latest");
        await Installation.FoundAsync(run, "web");
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
