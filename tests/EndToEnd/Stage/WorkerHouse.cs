using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Run;
using CdAutomation.PolicyFiles;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// Workers that share a store: four processes of <c>OnImagePushed</c> behind one address and one of <c>OnTick</c>, all on one SQLite
/// file, while Google's Pub/Sub emulator pushes to them. Registry and Cloud Run are the local ones, and in this process.
/// </summary>
internal sealed class WorkerHouse : IAsyncDisposable
{
    private const int Workers = 4;
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<MortalWorker> _workers = [];
    private readonly HttpClient _http = new();
    private ProjectTopics _announcements = null!;
    private MortalWorker _ticker = null!;

    private WorkerHouse()
    {
    }

    public string Journal => _folder.In("journal.db");

    public FrontDoor Door { get; private set; } = null!;

    public LocalRegistry Registry { get; private set; } = null!;

    public CloudRun Cloud { get; private set; } = null!;

    /// <summary>Where each worker that lives answers, the one of ticks included.</summary>
    public Uri[] Addresses => [.. _workers.Select(worker => worker.Address).OfType<Uri>()];

    public int Kills => _workers.Sum(worker => worker.Kills);

    /// <param name="pipelines">Names of pipelines; the image and the service of each have the same name.</param>
    /// <param name="seed">Of the moments at which workers die.</param>
    public static async Task<WorkerHouse> StartAsync(string[] pipelines, int seed)
    {
        var house = new WorkerHouse();
        try
        {
            await house.StartPartsAsync(pipelines, seed);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pushes as a build does.</summary>
    public Task PushAsync(TinyImage image, string pipeline, string tag) =>
        image.PushAsync(_http, Registry.Address, Policies.PathOf(pipeline), tag);

    /// <summary>Every worker lives and dies until it is enough; all live at the end.</summary>
    public Task KillAsync(CancellationToken enough) => Task.WhenAll(_workers.Select(worker => worker.LiveAndDieAsync(enough)));

    /// <summary>Cloud Scheduler: a tick that finds nobody is lost.</summary>
    public async Task TickAsync(CancellationToken enough)
    {
        using var timer = new PeriodicTimer(TickEvery);
        while (!enough.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            if (_ticker.Address is not { } address)
                continue;
            try
            {
                using var answer = await _http.PostAsync(address, null, CancellationToken.None);
            }
            catch (HttpRequestException)
            {
                // It died; the next tick does the work of this one.
            }
        }
    }

    /// <summary>Every push to a pipeline's repository that is in the journal; the placeholder's own concerns nobody.</summary>
    public static async Task<ImmutableArray<JournalEvent>> PushesAsync(SqliteJournal journal) =>
    [
        .. (await journal.LatestEventsAsync(refusedOnly: false, 100_000, CancellationToken.None))
            .Where(received => received.Signal is Signal.ImagePushed pushed && pushed.Repository.Path.StartsWith("acme/app/", StringComparison.Ordinal)),
    ];

    /// <summary><c>path:tag@digest</c> of such a push.</summary>
    public static string NameOf(JournalEvent push) =>
        push.Signal is Signal.ImagePushed it ? $"{it.Repository.Path}:{it.Tag}@{it.Digest}" : push.Key;

    /// <summary>Waits until every effect of a pipeline is paid.</summary>
    public static Task OwesNothingAsync(SqliteJournal journal, string pipeline) => Eventually.SeesAsync(
        $"{pipeline} owes nothing",
        async () => (await journal.LoadAsync(pipeline, CancellationToken.None)).State.Owed,
        owed => owed.IsEmpty);

    public async ValueTask DisposeAsync()
    {
        Cloud?.Dispose();
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _announcements?.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task StartPartsAsync(string[] pipelines, int seed)
    {
        var pubsub = Started(await GooglePubSub.StartAsync());
        _announcements = new(pubsub.Address);
        Registry = Started(await LocalRegistry.StartAsync(
            new() { Announcements = _announcements, PublicHosts = _ => [Policies.Host] }, CancellationToken.None));
        var registry = new Uri($"http://{Registry.Address}/");
        var run = Started(await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => registry) }, CancellationToken.None));
        Cloud = new(run.Address, run.ProxyAddress.ToString());
        await FoundServicesAsync(run.Address, pipelines);
        using (var journal = SqliteJournal.Open(Journal))
            await journal.ActivateAsync(BundleOf(pipelines), 0, CancellationToken.None);

        var environment = Configuration(pubsub.Address, run.Address);
        for (var number = 0; number < Workers; number++)
            _workers.Add(Started(new MortalWorker("OnImagePushed", environment, new Random(seed + number))));
        _ticker = Started(new MortalWorker("OnTick", environment, new Random(seed + Workers)));
        await Task.WhenAll(_workers.Append(_ticker).Select(worker => worker.StartAsync()));

        var pushed = _workers.ToArray();
        Door = Started(await FrontDoor.OpenAsync(() => [.. pushed.Select(worker => worker.Address).OfType<Uri>()]));
        _workers.Add(_ticker);
        var told = new PushRoute(Installation.Topic("deployments"), Installation.Subscription("deployments"), null);
        await PubSubSetup.EnsureAsync(pubsub.Address, [.. ProjectTopics.Projects.Select(PushesOf), told], CancellationToken.None);
    }

    private PushRoute PushesOf(string project) => new(
        $"projects/{project}/topics/gcr", Installation.Subscription($"gcr-{project}"), Door.Address)
    {
        AckDeadline = TimeSpan.FromSeconds(60),
        RetriesAtOnce = true,
    };

    private static PolicyBundle BundleOf(string[] pipelines)
    {
        var files = pipelines.Select(name => new PolicyFile($"{name}.yaml", Policies.Pipeline(name, name)));
        Assert.That(CompiledPolicies.Compile(files, Installation.Commit).TryGetValue(out var compiled));
        return new(Installation.Commit, DateTimeOffset.UnixEpoch, "the test", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical);
    }

    private Dictionary<string, string?> Configuration(string pubsub, string run) => new()
    {
        ["CDAUTOMATION_STORE"] = Journal,
        ["CDAUTOMATION_RUN_ENDPOINT"] = $"http://{run}",
        ["CDAUTOMATION_REGISTRY_ENDPOINT"] = $"http://{Registry.Address}",
        ["CDAUTOMATION_PUBSUB_ENDPOINT"] = $"http://{pubsub}",
        ["CDAUTOMATION_DEPLOYMENTS_TOPIC"] = Installation.Topic("deployments"),
        // What the dead left is taken up after seconds instead of a minute. The survey, which would find a push without its event, is
        // left as rare as it is: here events alone must do it.
        ["CDAUTOMATION_PATIENCE_PAYMENT"] = "10s",
        ["CDAUTOMATION_PATIENCE_RETRY"] = "1s",
    };

    /// <summary>An operator makes each service once, with an image that no pipeline knows.</summary>
    private async Task FoundServicesAsync(string run, string[] pipelines)
    {
        await new TinyImage("placeholder").PushAsync(_http, Registry.Address, "acme/hello", "latest");
        await Installation.FoundAsync(run, pipelines);
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
