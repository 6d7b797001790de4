using System.Collections.Immutable;

namespace CdAutomation.Domain.Decisions;

/// <summary>One at a time: whose turn it is, of those whom nothing holds.</summary>
internal static class Turns
{
    /// <summary>So many held ones are asked about again in one decision; the others wait for their turn.</summary>
    private const int AskedAgainAtMost = 3;

    /// <summary>
    /// The best whom nothing holds is taken, and those after it have been overtaken. One whose first answers are still to come is waited for;
    /// one that was answered with a wait is not.
    /// </summary>
    public static ImmutableArray<Standing> Of(ImmutableArray<Standing> all)
    {
        Standing? ahead = null;
        var again = 0;
        var ordered = ImmutableArray.CreateBuilder<Standing>(all.Length);
        foreach (var standing in all)
        {
            ordered.Add(ahead is null ? standing : Behind(ahead, standing));
            if (ahead is not null)
                continue;
            if (standing.Outcome == Outcome.Deploying || standing.IsBeingAsked)
                ahead = standing;
            else if (!standing.ToAsk.IsEmpty && ++again > AskedAgainAtMost)
                ordered[^1] = standing with { ToAsk = [] };
        }

        return ordered.ToImmutable();
    }

    private static Standing Behind(Standing ahead, Standing standing) => (standing.Outcome, ahead.Outcome) switch
    {
        (Outcome.Deploying, Outcome.Deploying) => Standing.Of(standing.Candidate, standing.Tag, Outcome.Superseded, new(
            Codes.Overtaken, $"{ahead.Label} is newer and goes ahead of {standing.Label}")),
        (Outcome.Deploying, _) => Standing.Of(standing.Candidate, standing.Tag, Outcome.Held, new(
            Codes.Behind, $"{ahead.Label} is newer than {standing.Label}, and is being asked about first")),
        _ => standing with { ToAsk = [] },
    };
}
