using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>The whole of deciding: take in what was seen, let each stage choose, work out when to look again. Same situation, same decision, anywhere.</summary>
public static class Decider
{
    /// <summary>Decides.</summary>
    /// <param name="at">Everything the decision may look at.</param>
    public static Decision Decide(Situation at)
    {
        var taken = Intake.Take(at with { State = Fitting.Fit(at.State, at.Policy, at.Commit) });
        // What is on its way goes on first: where it ends, the stage is free for the next.
        foreach (var stage in at.Policy.Stages)
            taken = Stepping.Drive(Choice.Of(Stepping.Drive(taken, stage), stage), stage);

        var state = Memory.Trim(taken.State) with { Commit = at.Commit };
        return new Decision(state with { WakeAt = Wake(taken, state) }, taken.Records);
    }

    private static DateTimeOffset? Wake(Taken taken, PipelineState state)
    {
        var instants = state.Owed.Select(effect => (DateTimeOffset?)effect.DueAt)
            .Concat(state.Looks.Values.Select(look => (DateTimeOffset?)look.DueAt))
            .Concat(state.Stages.Values.Select(stage => stage.Unseen?.LookAt))
            .Concat(state.Stages.Values.SelectMany(Stepping.NextLooks))
            .Concat(Choice.NextLooks(taken, state))
            .Append(state.SurveyAt);
        return instants.Min();
    }
}
