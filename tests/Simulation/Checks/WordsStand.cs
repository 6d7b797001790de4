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
    private readonly Dictionary<(string Pipeline, string Stage), string> _pinned = [];
    private readonly Dictionary<string, DateTimeOffset> _frozen = new(StringComparer.Ordinal);
    private readonly HashSet<(string Pipeline, string Stage, Digest Digest)> _goneBackFrom = [];

    public override string Invariant => "what is held, pinned, frozen, quarantined or gone back from is not begun by itself until somebody says so";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;
        foreach (var record in kept.Records)
            Take(record);
    }

    private void Take(DecisionRecord record)
    {
        var place = (record.Pipeline, record.Stage ?? "");
        switch (record.Reason.Code)
        {
            case "people.quarantine": _quarantined.Add((record.Pipeline, record.Digest!.Value)); break;
            case "people.hold": _held.Add(place); break;
            case "people.resume": _held.Remove(place); break;
            case "people.pin": _pinned[place] = record.Digest!.Value.ToString(); break;
            case "people.unpin": _pinned.Remove(place); break;
            case "people.freeze": _frozen[record.Pipeline] = FrozenUntil(record.Pipeline); break;
            case "rollback.asked" when record.Digest is { } digest: _goneBackFrom.Add((record.Pipeline, record.Stage!, digest)); break;
            case "rollout.started": Begun(record, place); break;
        }
    }

    private DateTimeOffset FrozenUntil(string pipeline) => World.Scenario.Words
        .Where(word => word.Pipeline == pipeline).Select(word => word.Command).OfType<Command.Freeze>().Min(freeze => freeze.Until!.Value);

    private void Begun(DecisionRecord record, (string Pipeline, string Stage) place)
    {
        var digest = record.Digest!.Value;
        var what = $"{record.Tag} ({digest.Short}) was begun at {record.Pipeline}/{record.Stage}";
        if (_quarantined.Contains((record.Pipeline, digest)))
            Violated($"{what}, and is quarantined");
        if (_held.Contains(place))
            Violated($"{what}, which is held");
        if (_pinned.TryGetValue(place, out var pinned) && pinned != digest.ToString())
            Violated($"{what}, which is pinned to another image");
        if (_frozen.TryGetValue(record.Pipeline, out var until) && record.At < until)
            Violated($"{what}, and the pipeline is frozen until {until:HH:mm:ss}");
        if (record.Actor is null && _goneBackFrom.Contains((record.Pipeline, record.Stage!, digest)))
            Violated($"{what}, from which somebody had gone back");
    }
}
