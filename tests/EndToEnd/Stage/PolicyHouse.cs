using System.Collections.Immutable;
using CdAutomation.Delivery.Policies;
using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Run;
using CdAutomation.Storage.Sqlite;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// A registry that announces what is pushed, a Pub/Sub that delivers it, and functions in processes of their own on one store, which take
/// their policies from that registry. Nothing is in force at first.
/// </summary>
internal sealed class PolicyHouse : IAsyncDisposable
{
    public const string Home = $"{Policies.Host}/{HomePath}";
    public const string Origin = "https://git.acme.example/policies";
    public const string Token = "a token for the tests alone";
    public const string HomePath = "acme/policies/bundle";

    private const string Project = "local";

    private readonly Stack<IAsyncDisposable> _parts = new();
    private TopicAnnouncements? _announcements;

    private PolicyHouse(UpFolder folder) => Folder = folder;

    public UpFolder Folder { get; }

    public LocalRegistry Registry { get; private set; } = null!;

    public FunctionProcess OnImagePushed { get; private set; } = null!;

    public FunctionProcess OnRequest { get; private set; } = null!;

    private string Store => Folder.Images.In("journal.db");

    private Dictionary<string, string?> Configuration { get; } = [];

    /// <param name="policies">File name and text of each policy in the git repository.</param>
    public static Task<PolicyHouse> StartAsync(params (string File, string Text)[] policies) => StartAsync(null, policies);

    /// <param name="key">PEM of the key that must have signed them, or null.</param>
    /// <param name="policies">File name and text of each policy in the git repository.</param>
    public static async Task<PolicyHouse> StartAsync(string? key, params (string File, string Text)[] policies)
    {
        var house = new PolicyHouse(new UpFolder(policies));
        house.Configuration["CDAUTOMATION_POLICY_KEY"] = key;
        try
        {
            await house.Folder.CloneAsync(Origin);
            await house.StartPartsAsync();
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another process of a function, on the same store.</summary>
    public async Task<FunctionProcess> AnotherAsync(string function) => Started(await FunctionProcess.StartAsync(function, Configuration));

    /// <summary>Runs <c>cdctl policy publish</c> as the policies' build does.</summary>
    public Task<Command> PublishAsync(string commit, params string[] more) => Cdctl.RunAsync(Folder,
        ["policy", "publish", Folder.Policies, "--to", Home, "--commit", commit, "--registry-endpoint", $"http://{Registry.Address}", .. more]);

    /// <summary>Runs a command against the HTTP API.</summary>
    public Task<Command> CdctlAsync(params string[] arguments) =>
        Cdctl.RunAsync(Folder, [.. arguments, "--url", OnRequest.Address.ToString()], Token);

    /// <summary>Waits until policies of a commit are in force.</summary>
    public Task<string?> InForceAsync(string commit) => Eventually.SeesAsync($"{commit} is in force", async () =>
    {
        using var journal = SqliteJournal.Open(Store);
        return await journal.ActiveCommitAsync(CancellationToken.None);
    }, active => active == commit);

    /// <summary>Waits until so many policies were refused.</summary>
    public Task<ImmutableArray<PolicyRefusal>> RefusedAsync(int count) => Eventually.SeesAsync($"{count} refusals", async () =>
    {
        using var journal = SqliteJournal.Open(Store);
        return await journal.PolicyRefusalsAsync(10, CancellationToken.None);
    }, refused => refused.Length == count);

    /// <summary>The commits under which an image was decided.</summary>
    public async Task<string[]> CommitsOfAsync(string tag)
    {
        using var journal = SqliteJournal.Open(Store);
        return [.. (await journal.RecordsAsync(new("shop", tag, 10), CancellationToken.None)).Select(record => record.Commit).Distinct()];
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        _announcements?.Dispose();
        Folder.Dispose();
    }

    private async Task StartPartsAsync()
    {
        var pubsub = Started(await LocalPubSub.StartAsync(new(), CancellationToken.None));
        _announcements = new(pubsub.Address, Project, TimeProvider.System);
        Registry = Started(await LocalRegistry.StartAsync(
            new() { Announcements = _announcements, PublicHosts = _ => [Policies.Host] }, CancellationToken.None));
        var bytes = new Uri($"http://{Registry.Address}");
        var run = Started(await LocalRun.StartAsync(new() { Images = new RegistryImages(_ => bytes) }, CancellationToken.None));

        foreach (var (key, value) in new[]
        {
            ("STORE", Store),
            ("RUN_ENDPOINT", $"http://{run.Address}"),
            ("REGISTRY_ENDPOINT", $"http://{Registry.Address}"),
            ("PUBSUB_ENDPOINT", $"http://{pubsub.Address}"),
            ("DEPLOYMENTS_TOPIC", $"projects/{Project}/topics/deployments"),
            ("POLICY_REPOSITORY", Home),
            ("POLICY_SOURCE", Origin),
            ("LOCAL_TOKEN", Token),
        })
            Configuration[$"CDAUTOMATION_{key}"] = value;
        OnImagePushed = await AnotherAsync("OnImagePushed");
        OnRequest = await AnotherAsync("OnRequest");
        await PubSubSetup.EnsureAsync(
            pubsub.Address,
            [
                new($"projects/{Project}/topics/gcr", $"projects/{Project}/subscriptions/gcr-push", OnImagePushed.Address),
                new($"projects/{Project}/topics/deployments", $"projects/{Project}/subscriptions/deployments", null),
            ],
            CancellationToken.None);
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
