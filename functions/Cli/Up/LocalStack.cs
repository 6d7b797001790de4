using System.Net;
using System.Net.Sockets;
using CdAutomation.Cli.Demo;
using CdAutomation.Domain.Policies;
using CdAutomation.LocalCloud.Containers;
using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Run;

namespace CdAutomation.Cli.Up;

/// <summary>Google Cloud and the functions in one process: what is started first is what the others need, and what is stopped last.</summary>
internal sealed class LocalStack : IAsyncDisposable
{
    /// <summary>The project whose topics these are; Artifact Registry and Cloud Build publish to the topics of their own.</summary>
    public const string Project = "local";

    /// <summary>Topic of what keeps failing, and the subscription that keeps it until somebody has read it.</summary>
    public const string DeadLetters = "cd-dead-letters";

    /// <summary>Where Google's emulator is, when it is to be used in place of ours.</summary>
    private const string EmulatorVariable = "PUBSUB_EMULATOR_HOST";

    private readonly List<IAsyncDisposable> _started = [];
    private readonly PublicNames _names = new();

    private LocalStack()
    {
    }

    public Addresses Addresses { get; private set; } = null!;

    public FunctionsHost Functions { get; private set; } = null!;

    public LocalRun Run { get; private set; } = null!;

    /// <summary>How revisions run, in a sentence.</summary>
    public string RevisionsAre { get; private set; } = "";

    /// <summary>Starts all of it.</summary>
    /// <exception cref="UpException">A part cannot start.</exception>
    public static async Task<LocalStack> StartAsync(
        DataFolder data, PolicyRepository repository, PolicySet known, Founding founding, bool simulate, TimeProvider clock, CancellationToken cancellation)
    {
        var stack = new LocalStack();
        // Before the registry takes its first push: an announcement under a name nobody watches would be lost on the functions.
        stack.KnowNamesOf(known);
        try
        {
            await stack.StartPartsAsync(data, repository, founding, simulate, clock, cancellation);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Announcements name the repositories as the policies do.</summary>
    public void KnowNamesOf(PolicySet policies) => _names.Learn(policies);

    public async ValueTask DisposeAsync()
    {
        for (var part = _started.Count - 1; part >= 0; part--)
            await _started[part].DisposeAsync();
    }

    private async Task StartPartsAsync(
        DataFolder data, PolicyRepository repository, Founding founding, bool simulate, TimeProvider clock, CancellationToken cancellation)
    {
        var wanted = data.Ports();
        var search = simulate
            ? new ContainerEngineSearch(null, "as asked with --simulate")
            : await ContainerEngine.FindAsync(data.In("podman"), cancellation);
        RevisionsAre = search.Engine is { } engine
            ? $"real containers, run by {engine.Name}"
            : $"simulated, so nothing of an image is run ({search.Explanation})";

        var emulator = Environment.GetEnvironmentVariable(EmulatorVariable);
        var pubsub = string.IsNullOrWhiteSpace(emulator)
            ? Started(await LocalPubSub.StartAsync(new() { Port = Free(wanted.PubSub), DataDirectory = data.In("pubsub"), Clock = clock }, cancellation)).Address
            : emulator.Trim();

        var announcements = new TopicAnnouncements(pubsub, Project, clock);
        var registry = Started(await LocalRegistry.StartAsync(new()
        {
            Port = Free(wanted.Registry),
            DataDirectory = data.In("registry"),
            Announcements = new QuietAboutFounding(announcements, founding),
            PublicHosts = _names.HostsOf,
            Clock = clock,
        }, cancellation));

        // Whatever registry an image names, its bytes are in ours.
        var bytes = new Uri($"http://{registry.Address}");
        Run = Started(await LocalRun.StartAsync(new()
        {
            Port = Free(wanted.Run),
            ProxyPort = Free(wanted.Services),
            DataDirectory = data.In("run"),
            Images = new RegistryImages(_ => bytes),
            Engine = search.Engine,
            Clock = clock,
        }, cancellation));

        Functions = Started(await FunctionsHost.StartAsync(
            data, Free(wanted.Web), registry.Address, Run.Address, pubsub, repository.UncommittedEdits, cancellation));
        await PubSubSetup.EnsureAsync(pubsub, RoutesTo(Functions.Web), cancellation);

        Addresses = new(
            Functions.Web.ToString().TrimEnd('/'), registry.Address, Run.Address, pubsub, repository.Folder,
            Run.ProxyAddress.ToString().TrimEnd('/'), search.Engine is null ? "simulated" : "containers", data.Path);
        data.Remember(new(Functions.Web.Port, PortOf(registry.Address), PortOf(Run.Address), Run.ProxyAddress.Port, PortOf(pubsub)));
    }

    /// <summary>The topics there must be, and who takes from them.</summary>
    /// <param name="web">Where the functions are.</param>
    public static IReadOnlyList<PushRoute> RoutesTo(Uri web)
    {
        PushRoute To(string topic, string function) => new(
            $"projects/{Project}/topics/{topic}", $"projects/{Project}/subscriptions/{topic}-{function}", new Uri(web, $"functions/{function}"))
        {
            AckDeadline = TimeSpan.FromSeconds(60),
            MinBackoff = TimeSpan.FromSeconds(1),
            MaxBackoff = TimeSpan.FromSeconds(30),
            DeadLetterTopic = $"projects/{Project}/topics/{DeadLetters}",
            // With the backoff above, a store may be down for eight minutes before anything is given up.
            MaxDeliveryAttempts = 20,
        };

        // No backoff: whoever lists what is kept gives it back, and it must be there for the next who looks.
        PushRoute Kept(string topic) => new($"projects/{Project}/topics/{topic}", $"projects/{Project}/subscriptions/{topic}", null)
        {
            MinBackoff = TimeSpan.Zero,
            MaxBackoff = TimeSpan.Zero,
        };

        // A topic without a subscription loses what is published to it; dead letters must wait for somebody to read them.
        return
        [
            To("gcr", "OnImagePushed"),
            To("cloud-builds", "OnBuildFinished"),
            To("cd-ticks", "OnTick"),
            Kept(DeadLetters),
            Kept("deployments"),
        ];
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Add(part);
        return part;
    }

    private static int PortOf(string address) => int.Parse(address[(address.LastIndexOf(':') + 1)..]);

    /// <summary>The port if it is free, else 0, which takes any free one.</summary>
    private static int Free(int port)
    {
        try
        {
            using var trial = new TcpListener(IPAddress.Loopback, port);
            trial.ExclusiveAddressUse = true;
            trial.Start();
            return port;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
