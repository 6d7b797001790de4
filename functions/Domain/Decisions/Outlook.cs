using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>A release that waits at a stage.</summary>
/// <param name="Release">For people: which.</param>
/// <param name="Reason">For what.</param>
/// <param name="Until">The next instant at which time alone can change it; null where somebody or something else must.</param>
public sealed record Waiting(string Release, Reason Reason, DateTimeOffset? Until);

/// <summary>What a stage will do next, as far as anybody can tell now. Asking changes nothing.</summary>
public static class Outlook
{
    /// <summary>So many that wait are told, best first.</summary>
    private const int Shown = 3;

    /// <summary>The releases that wait, best first.</summary>
    /// <param name="at">What is known now; nothing was seen.</param>
    /// <param name="policy">The stage.</param>
    public static ImmutableArray<Waiting> Of(Situation at, StagePolicy policy)
    {
        var state = Fitting.Fit(at.State, at.Policy, at.Commit);
        return
        [
            .. Standings.Of(at with { State = state }, state, policy)
                .Where(standing => standing.Outcome == Outcome.Held)
                .Take(Shown)
                .Select(standing => new Waiting(standing.Label, standing.Reason, standing.NextLook)),
        ];
    }

    /// <summary>Why nothing new would be taken, whatever came: each in a sentence.</summary>
    public static ImmutableArray<Reason> Standing(PipelineState state, StageState stage, DateTimeOffset now) =>
        [.. Standstills.Of(state, stage, null, now).Select(verdict => verdict.Reason)];
}
