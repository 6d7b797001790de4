using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// What a policy in shadow mode would have done. It counts as done, so that what it decides next is what it would have decided then; outside
/// nothing happens.
/// </summary>
internal static class OnPaper
{
    /// <summary>The release serves the stage, on paper.</summary>
    public static Taken Deploy(Taken taken, StagePolicy policy, Standing standing)
    {
        var (stage, now) = (taken.State.StageNamed(policy.Name), taken.At.Now);
        var release = standing.Offer.Release.Of(policy.ImagesUsed);
        var request = stage.RequestFor(standing.Offer);
        var reason = new Reason("shadow.wouldDeploy", $"{standing.Reason.Sentence}; the mode is shadow, so nothing was changed");

        taken = taken.WithStage(policy.Name, stage with
        {
            Serving = new(release, release.Label, null, now) { WishedAt = request is null ? null : now },
            Mark = Floors.MarkedBy(taken.At.Policy, stage.Mark, release),
            Request = null,
            Started = stage.StartedAlsoAt(now),
            Proved = stage.Proved.SetItem(release.Key, now),
            Past = Ends.Remembered(taken.State, stage, release, now, ImmutableSortedDictionary<string, Footing>.Empty),
        });
        return taken.TellAll(policy.Name, standing.Offer.Release, Outcome.WouldDeploy, reason, Codes.Serving, standing.Verdicts, request?.Actor);
    }
}
