using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

/// <summary>Goes by what the journal says people said, and by when rollouts were begun.</summary>
internal sealed class WordsStand : Checker
{
    private readonly HashSet<(string Pipeline, Digest Digest)> _quarantined = [];
    private readonly HashSet<(string Pipeline, string Stage)> _held = [];
    private readonly Dictionary<(string Pipeline, string Stage), Digest> _pinned = [];
    private readonly Dictionary<string, DateTimeOffset> _frozen = new(StringComparer.Ordinal);
    private readonly List<(string Pipeline, string Stage, Digest[] Digests)> _goneBackFrom = [];

    public override string Invariant => "what is held, pinned, frozen, quarantined or gone back from is not begun by itself until somebody says so";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;
        foreach (var record in kept.Records)
            Take(record);
        foreach (var left in Beginning.Of(kept, record => record.Reason.Code == "rollback.asked"))
            _goneBackFrom.Add((left.Pipeline, left.Stage, [.. left.Digests]));
        foreach (var begun in Beginning.Of(kept))
            Begun(begun);
    }

    private void Take(DecisionRecord record)
    {
        var place = (record.Pipeline, record.Stage ?? "");
        switch (record.Reason.Code)
        {
            case "people.quarantine": _quarantined.Add((record.Pipeline, record.Digest!.Value)); break;
            case "people.hold": _held.Add(place); break;
            case "people.resume": _held.Remove(place); break;
            case "people.pin": _pinned[place] = record.Digest!.Value; break;
            case "people.unpin": _pinned.Remove(place); break;
            case "people.freeze": _frozen[record.Pipeline] = FrozenUntil(record.Pipeline); break;
        }
    }

    private DateTimeOffset FrozenUntil(string pipeline) => World.Scenario.Words
        .Where(word => word.Pipeline == pipeline).Select(word => word.Command).OfType<Command.Freeze>().Min(freeze => freeze.Until!.Value);

    private void Begun(Beginning begun)
    {
        var (place, record) = ((begun.Pipeline, begun.Stage), begun.First);
        var what = $"{begun.Label} was begun at {begun.Pipeline}/{begun.Stage}";
        // Whoever breaks the glass may name these, too.
        var isGlass = record.Actor == Scenarios.Glass.Actor;
        if (begun.Digests.Any(digest => _quarantined.Contains((begun.Pipeline, digest))))
            Violated($"{what}, and is quarantined");
        if (_held.Contains(place) && !isGlass)
            Violated($"{what}, which is held");
        if (_pinned.TryGetValue(place, out var pinned) && !begun.Digests.Contains(pinned))
            Violated($"{what}, which is pinned to another image");
        if (_frozen.TryGetValue(begun.Pipeline, out var until) && record.At < until && !isGlass)
            Violated($"{what}, and the pipeline is frozen until {until:HH:mm:ss}");
        if (record.Actor is null && _goneBackFrom.Any(left => left.Pipeline == begun.Pipeline && left.Stage == begun.Stage && begun.HasAll(left.Digests)))
            Violated($"{what}, from which somebody had gone back");
    }
}
