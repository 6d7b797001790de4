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
    /// <param name="all">Best first.</param>
    /// <param name="inOrder">Whether none is left out: then of those whom nothing holds the last is taken, and the others wait for their turn.</param>
    public static ImmutableArray<Standing> Of(ImmutableArray<Standing> all, bool inOrder) => inOrder ? Queued(all) : Best(all);

    private static ImmutableArray<Standing> Queued(ImmutableArray<Standing> all)
    {
        var next = all.LastOrDefault(standing => standing.Outcome == Outcome.Deploying);
        return
        [
            .. all.Select(standing => standing == next || standing.Outcome != Outcome.Deploying ? standing : Standing.Of(
                standing.Offer, Outcome.Held, new(Codes.Queued, $"{next!.Label} comes before {standing.Label}, and none is left out"))),
        ];
    }

    private static ImmutableArray<Standing> Best(ImmutableArray<Standing> all)
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
        (Outcome.Deploying, Outcome.Deploying) => Standing.Of(standing.Offer, Outcome.Superseded, new(
            Codes.Overtaken, $"{ahead.Label} is newer and goes ahead of {standing.Label}")),
        (Outcome.Deploying, _) => Standing.Of(standing.Offer, Outcome.Held, new(
            Codes.Behind, $"{ahead.Label} is newer than {standing.Label}, and is being asked about first")),
        _ => standing with { ToAsk = [] },
    };
}
