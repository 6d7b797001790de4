using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Time;
using CdAutomation.Storage;

namespace CdAutomation.Simulation.World;

/// <summary>
/// The journal's store: compare-and-set, appends once, sometimes not there. In some runs states go through the text that the real stores
/// keep, so what that text does not hold is lost as in reality; in the others not, for that costs a third of the time.
/// </summary>
internal sealed class Store(VirtualClock clock, Weather weather, History history, bool isWrittenDown)
{
    private readonly Dictionary<string, (long Version, PipelineState State)> _pipelines = [];
    private readonly SortedDictionary<string, JournalEvent> _events = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset ReceivedAt, string Key)> _unsettled = [];
    private readonly HashSet<string> _recordIds = new(StringComparer.Ordinal);
    private readonly List<DecisionRecord> _records = [];
    private readonly Dictionary<(string Pipeline, string Stage, Digest Digest), DecisionRecord> _last = [];
    private readonly List<PolicyBundle> _policies = [];

    public IReadOnlyList<DecisionRecord> Records => _records;

    /// <summary>The latest that was said of each image at each stage.</summary>
    public IEnumerable<DecisionRecord> LastRecords => _last.Values;

    public IEnumerable<JournalEvent> Events => _events.Values;

    public bool HasUnsettled => _unsettled.Count > 0;

    public PolicyBundle? Active => _policies is [.., var last] ? last : null;

    public bool Has(string key) => _events.ContainsKey(key);

    public PipelineState StateOf(string pipeline) => Load(pipeline).State;

    public void Activate(PolicyBundle bundle)
    {
        _policies.Add(bundle);
        history.Add(new Fact.Activated(clock.Now, bundle.Commit));
    }

    public IEnumerable<string> Due(DateTimeOffset now) => _pipelines
        .Where(each => each.Value.State.WakeAt <= now).OrderBy(each => each.Value.State.WakeAt).ThenBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Key);

    public IEnumerable<string> DecidedUnder(string commit) => _pipelines.Where(each => each.Value.State.Commit == commit).Select(each => each.Key);

    public IEnumerable<JournalEvent> Unsettled(DateTimeOffset before) =>
        _unsettled.TakeWhile(each => each.ReceivedAt < before).Select(each => _events[each.Key]);

    /// <summary>The store does not answer, now and then.</summary>
    public void Reach()
    {
        if (weather.Strikes(Fault.StoreDown, 0.003))
            throw new JournalUnavailableException("the store does not answer", new IOException("no connection"));
    }

    public Receipt Receive(JournalEvent received)
    {
        var again = _events.TryGetValue(received.Key, out var known);
        var stored = _events[received.Key] = again ? known! with { Times = known.Times + 1 } : received;
        if (!again)
            _unsettled.Add((received.ReceivedAt, received.Key));
        history.Add(new Fact.Received(clock.Now, stored, again));
        return new(again, stored.Settled);
    }

    public void Settle(string key, Reason? unheard)
    {
        var known = _events[key];
        _events[key] = known with { Settled = true, Refusal = known.Refusal ?? unheard };
        _unsettled.Remove((known.ReceivedAt, key));
    }

    public Kept Load(string pipeline) => _pipelines.TryGetValue(pipeline, out var kept)
        ? new(pipeline, kept.Version, kept.State)
        : new(pipeline, 0, PipelineState.New);

    private static PipelineState WrittenDown(PipelineState state) => JsonSerializer.Deserialize(
        JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.PipelineState), StateJson.Default.PipelineState)!;

    public Kept Keep(Kept before, Decision decision, DateTimeOffset since)
    {
        if (Load(before.Pipeline).Version != before.Version)
        {
            weather.Count(Fault.StoreConflict);
            throw new StateMovedException(before.Pipeline);
        }

        var state = isWrittenDown ? WrittenDown(decision.Next) : decision.Next;
        _pipelines[before.Pipeline] = (before.Version + 1, state);
        ImmutableArray<DecisionRecord> added = [.. decision.Records.Where(record => _recordIds.Add(record.Id))];
        _records.AddRange(added);
        foreach (var record in added.Where(record => record is { Stage: not null, Digest: not null }))
            _last[(record.Pipeline, record.Stage!, record.Digest!.Value)] = record;
        history.Add(new Fact.Kept(clock.Now, since, before.Pipeline, state, added));
        return new(before.Pipeline, before.Version + 1, decision.Next);
    }
}
