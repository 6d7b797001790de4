using System.Collections.Concurrent;
using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Delivery.Tests;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Tests.Webhooks;
using CdAutomation.GoogleCloud.Verification;
using CdAutomation.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>A worker was killed here.</summary>
internal sealed class Killed : Exception;

/// <summary>
/// All the way from a push to Cloud Run: the production delivery, journal, adapter and verification, against a local Cloud Run. Only the
/// registry's answers are made up. A worker can be killed at any call it makes, and another one goes on.
/// </summary>
internal sealed partial class House : IRegistry, IReadPolicies, IPolicyArtifacts, IMeasure, IAskGates, IAnnounce, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cda-rollouts-").FullName;
    private readonly SqliteJournal _journal;
    private readonly StagePolicy _stage;
    private readonly ConcurrentDictionary<(Repository, string Tag), Digest> _tags = new();
    private readonly CloudRunTargets _targets;
    private readonly HttpVerifier _verifier;
    private int _events;
    private int _calls;
    private int _killAt = -1;

    public House(Cloud cloud, StagePolicy stage)
    {
        _stage = stage;
        _journal = SqliteJournal.Open(Path.Combine(_folder, "journal.db"));
        Wire = new(cloud.Channel.CreateCallInvoker(), Alive);
        _targets = new(CloudRun.Web.Options(cloud.Address) with { Invoker = Wire }, new Tokens(), TimeProvider.System);
        _verifier = new(new() { FirstPause = TimeSpan.FromMilliseconds(1) }, new Hook.Identities(), TimeProvider.System);
        _journal.ActivateAsync(new(new string('c', 40), Clock.GetUtcNow(), "test", null, null, Clock.GetUtcNow(), "the stage"), 0, default)
            .GetAwaiter().GetResult();
    }

    public Wire Wire { get; }

    /// <summary>Delivery's; deadlines of jobs are compared with the machine's, so that it begins there.</summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public List<Announcement> Announced { get; } = [];

    /// <summary>Calls since the last worker that was to be killed began.</summary>
    public int Calls => _calls;

    /// <summary>Pushes every image of the stage under a tag; each is good unless it is named.</summary>
    public async Task PushAsync(string tag, string? image = null, Nature nature = Nature.Good)
    {
        foreach (var push in Pushes(tag, image, nature))
            await Worker().Inbox.ReceiveAsync(push, default);
    }

    /// <summary>The same by a worker that dies at its n-th call; Pub/Sub then brings to another one what was not acknowledged.</summary>
    /// <returns>Whether it died; false where it made fewer calls.</returns>
    public async Task<bool> PushAndDieAsync(int call, string tag)
    {
        var pushes = Pushes(tag, null, Nature.Good);
        try
        {
            (_killAt, _calls) = (call, 0);
            foreach (var push in pushes)
                await Worker().Inbox.ReceiveAsync(push, default);
            await TickUntilAsync(tag);
            return false;
        }
        catch (Killed)
        {
            _killAt = -1;
            foreach (var push in pushes)
                await Worker().Inbox.ReceiveAsync(push, default);
            await TickUntilAsync(tag);
            return true;
        }
    }

    /// <summary>Lets time go by until a release has come to its end and nothing is owed any more.</summary>
    /// <param name="tag">The tag it was pushed under.</param>
    /// <param name="after">Called after each tick.</param>
    public async Task TickUntilAsync(string tag, Func<Task>? after = null)
    {
        for (var round = 0; round < 60; round++)
        {
            var (state, ends) = (await StateAsync(), await EndsAsync(tag));
            if (!ends.IsEmpty && state.Owed.IsEmpty && state.StageNamed(_stage.Name).Rollout is null)
                return;
            Clock.Advance(TimeSpan.FromSeconds(31));
            await Worker().Tick.RunAsync(default);
            if (after is not null)
                await after();
        }

        var told = (await RecordsAsync(tag)).Select(record => $"{record.Outcome} {record.Reason.Code}: {record.Reason.Sentence}");
        Assert.Fail($"{tag} has not come to rest: {string.Join("; ", told)}; owed: {string.Join(", ", (await StateAsync()).Owed)}");
    }

    public async Task TickAsync(int times)
    {
        for (var tick = 0; tick < times; tick++)
        {
            Clock.Advance(TimeSpan.FromMinutes(6));
            await Worker().Tick.RunAsync(default);
        }
    }

    public async Task<PipelineState> StateAsync() => (await _journal.LoadAsync("shop", default)).State;

    public Task<ImmutableArray<DecisionRecord>> RecordsAsync(string tag) => _journal.RecordsAsync(new("shop", tag, 100), default);

    /// <summary>How a release ended, in order; of several images, all are told the same.</summary>
    public async Task<ImmutableArray<Outcome>> EndsAsync(string tag) =>
    [
        .. (await RecordsAsync(tag)).Select(record => record.Outcome).Reverse()
            .Where(outcome => outcome is Outcome.Deployed or Outcome.Failed or Outcome.RolledBack or Outcome.Refused).Distinct(),
    ];

    public void Dispose()
    {
        _targets.Dispose();
        _verifier.Dispose();
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Alive()
    {
        if (Interlocked.Increment(ref _calls) == _killAt)
            throw new Killed();
    }

    private ImmutableArray<JournalEvent> Pushes(string tag, string? image, Nature nature)
    {
        var pushes = ImmutableArray.CreateBuilder<JournalEvent>();
        foreach (var name in Names())
        {
            var digest = Images.DigestOf(name, tag, name == image ? nature : Nature.Good);
            _tags[(Images.RepositoryOf(name), tag)] = digest;
            pushes.Add(new($"gcr/{++_events}", "gcr", $"{_events}", Clock.GetUtcNow(), Clock.GetUtcNow(),
                new Signal.ImagePushed(Images.RepositoryOf(name), digest, tag, ArtifactKind.Image), null, 100));
        }

        return pushes.ToImmutable();
    }

    private ImmutableSortedSet<string> Names() =>
        [.. _stage.Targets.Select(target => target.Image), .. _stage.Strategy.Predeploy is { } job ? [job.Image] : Array.Empty<string>()];

    /// <summary>A worker of its own, as a new process would be.</summary>
    private (Inbox Inbox, Tick Tick) Worker()
    {
        var journal = new MortalJournal(_journal, Alive);
        var active = new ActivePolicies(journal, this);
        var origin = new PolicyOrigin(null, null, null);
        var payments = new Payments(journal, _targets, _verifier, this, this, this);
        var advance = new Advance(journal, new Observer(this, _targets, Clock), payments, Patience.Default, Clock);
        var activator = new PolicyActivator(journal, active, this, this, this, origin, Clock, this);
        var redecision = new Redecision(journal, active, advance);
        var heralding = new Heralding(journal, this);
        var inbox = new Inbox(journal, active, advance, new PolicyInbox(journal, activator, redecision, heralding, origin));
        return (inbox, new Tick(journal, inbox, new PolicySweep(activator, Patience.Default, Clock), redecision, heralding, Patience.Default, Clock));
    }
}
