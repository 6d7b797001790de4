using CdAutomation.Domain.Decisions;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class OutcomesAreTold : Checker
{
    private readonly HashSet<(string Pipeline, string Stage, string Image, string Outcome)> _told = [];

    public override string Invariant => "every deployment and every failure is told to subscribers, and nothing is told that was not";

    public override void See(Fact fact)
    {
        // That glass was broken is no outcome: GlassIsHeard looks after it.
        if (fact is Fact.Told { Announcement: { Outcome: not "breakGlass" } told })
            _told.Add((told.Pipeline, told.Stage, told.Image, told.Outcome));
    }

    private static string WordOf(Outcome outcome) => outcome switch
    {
        Outcome.Deployed => "deployed",
        Outcome.RolledBack => "rolledBack",
        _ => "failed",
    };

    public override void End()
    {
        var journalled = World.Store.Records
            .Where(record => record.Outcome is Outcome.Deployed or Outcome.Failed or Outcome.RolledBack)
            .Select(record => (record.Pipeline, record.Stage!, $"{record.Image}@{record.Digest}", WordOf(record.Outcome)))
            .ToHashSet();
        foreach (var (pipeline, stage, image, outcome) in journalled.Except(_told))
            Violated($"that {image} is {outcome} at {pipeline}/{stage} was never told");
        foreach (var (pipeline, stage, image, outcome) in _told.Except(journalled))
            Violated($"{image} was told to be {outcome} at {pipeline}/{stage}, and the journal does not say so");
    }
}
