using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.CloudRun;
using Google.Cloud.Run.V2;
using Microsoft.Extensions.Time.Testing;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>The service <c>web</c>, as it runs before each story, and the order to change its image.</summary>
internal static class Web
{
    public const string Before = "asia-northeast1-docker.pkg.dev/acme/app/web:v1.0.0";

    public static readonly Target Target = new("acme", "asia-northeast1", "web", "web", null);

    public static readonly Repository Repository = new("asia-northeast1-docker.pkg.dev", "acme/app/web");

    public static readonly Digest Digest = Digest.Parse("sha256:" + new string('a', 64));

    public static readonly string Image = $"{Repository}@{Digest}";

    public static readonly string FirstRevision = $"{Target.ResourceName}/revisions/web-00001-old";

    public static Effect.Apply Order(Target? target = null, string id = "order-1", int attempts = 0) => new(
        id,
        DateTimeOffset.UnixEpoch,
        attempts,
        "production",
        target ?? Target,
        new ReleaseImage(Repository, Digest, "v1.4.0", DateTimeOffset.UnixEpoch),
        new ApplyNote("shop", "production", Digest.Short, "v1.4.0", new string('c', 40)));

    /// <summary>What the service ran before each story.</summary>
    public static readonly Footing Footing = new(ImageReference.Parse(Before), "web-00001-old");

    /// <summary>The address that the model gives the revision of a rollout of ours.</summary>
    public const string Address = "https://cd-aaaaaaa---web-1-an.a.run.app";

    /// <summary>A first order is done: it tells what it found.</summary>
    public static StepResult.Done Done(string revision) => new(revision) { Before = Footing };

    /// <summary>The next step of a rollout, which brings what the first found.</summary>
    public static Effect.Apply Step(int percent, string id = "order-2", Target? target = null) =>
        Order(target, id) with { Percent = percent, Before = Footing };

    /// <summary>The first step of a rollout.</summary>
    public static Effect.Apply First(int percent, Target? target = null) => Order(target) with { Percent = percent };

    public static Effect.TakeBack Return(Footing? before = null, Target? target = null, int attempts = 0) => new(
        "order-9", DateTimeOffset.UnixEpoch, attempts, "production", target ?? Target, Order().Image, before ?? Footing,
        new ApplyNote("shop", "production", "0123456789ab", "v1.0.0", new string('c', 40)));

    public static CloudRunOptions Options(Uri endpoint) => new()
    {
        Endpoint = endpoint,
        Budget = TimeSpan.FromSeconds(60),
        WaitSlice = TimeSpan.FromMilliseconds(50),
        PollEvery = TimeSpan.FromMilliseconds(5),
        Limits = new CallLimits { FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(20) },
    };

    /// <summary>A settled service of one container; the traffic it is told is also the traffic it has.</summary>
    public static Service Service(params TrafficTarget[] traffic)
    {
        var service = new Service
        {
            Name = Target.ResourceName,
            Generation = 1,
            ObservedGeneration = 1,
            Etag = "\"1\"",
            LastModifier = "terraform@example.com",
            Annotations = { ["owner"] = "team-web", ["cdautomation.dev/tag"] = "v0.9.0" },
            Template = new RevisionTemplate
            {
                Revision = "web-00001-old",
                Containers = { new Container { Name = "worker", Image = Before, Ports = { new ContainerPort { ContainerPort_ = 8080 } } } },
            },
            LatestCreatedRevision = FirstRevision,
            LatestReadyRevision = FirstRevision,
            TerminalCondition = new Condition { Type = "Ready", State = State.ConditionSucceeded },
        };
        service.Traffic.AddRange(traffic);
        service.TrafficStatuses.AddRange(traffic.Select(entry => new TrafficTargetStatus
        {
            Type = entry.Type,
            Revision = entry.Revision,
            Percent = entry.Percent,
            Tag = entry.Tag,
        }));
        return service;
    }

    public static TrafficTarget Latest(int percent, string tag = "") =>
        new() { Type = TrafficTargetAllocationType.Latest, Percent = percent, Tag = tag };

    public static TrafficTarget Pinned(string revision, int percent, string tag = "") =>
        new() { Type = TrafficTargetAllocationType.Revision, Revision = revision, Percent = percent, Tag = tag };

    public static async Task<ScriptedCloudRun> StartAsync(Service? service = null)
    {
        var run = await ScriptedCloudRun.StartAsync(service ?? Service(Latest(100)));
        run.Revisions[FirstRevision] = new Revision
        {
            Name = FirstRevision,
            Containers = { new Container { Name = "worker", Image = Before, Ports = { new ContainerPort { ContainerPort_ = 8080 } } } },
        };
        return run;
    }

    public static async Task<StepResult> ApplyAsync(
        ScriptedCloudRun run, Effect.Apply? order = null, Func<bool>? stillWanted = null, CloudRunOptions? options = null)
    {
        using var targets = new CloudRunTargets(options ?? Options(run.Address), new Tokens(), TimeProvider.System);
        return await targets.ApplyAsync(order ?? Order(), _ => ValueTask.FromResult(stillWanted?.Invoke() ?? true), CancellationToken.None);
    }

    public static async Task<StepResult> TakeBackAsync(
        ScriptedCloudRun run, Effect.TakeBack? order = null, Func<bool>? stillWanted = null, CloudRunOptions? options = null)
    {
        using var targets = new CloudRunTargets(options ?? Options(run.Address), new Tokens(), TimeProvider.System);
        return await targets.TakeBackAsync(order ?? Return(), _ => ValueTask.FromResult(stillWanted?.Invoke() ?? true), CancellationToken.None);
    }

    /// <summary>Applies with a clock that runs through the budget once the service has been read and read again.</summary>
    public static async Task<StepResult> ApplyUntilTheBudgetEndsAsync(ScriptedCloudRun run)
    {
        var clock = new FakeTimeProvider();
        var options = Options(run.Address);
        // The clock's leaps must end the budget and not the calls that happen to be under way.
        options = options with { Limits = options.Limits with { Read = TimeSpan.FromHours(1), Total = TimeSpan.FromHours(2) } };
        using var targets = new CloudRunTargets(options, new Tokens(), clock);

        var result = targets.ApplyAsync(Order(), _ => ValueTask.FromResult(true), CancellationToken.None);
        while (!result.IsCompleted)
        {
            clock.Advance(run.CallsOf("GetService") < 3 ? options.PollEvery : TimeSpan.FromSeconds(1));
            await Task.WhenAny(result, Task.Delay(1));
        }

        return await result;
    }

    public static async Task<TargetView> ReadAsync(ScriptedCloudRun run, Target? target = null)
    {
        using var targets = new CloudRunTargets(Options(run.Address), new Tokens(), TimeProvider.System);
        return await targets.ReadAsync(target ?? Target, CancellationToken.None);
    }
}
