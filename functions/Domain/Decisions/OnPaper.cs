using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

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
        var (stage, key, now) = (taken.State.StageNamed(policy.Name), standing.Candidate.Key, taken.At.Now);
        var image = Release.Of(standing.Candidate, standing.Tag).Images[standing.Candidate.Image];
        var reason = new Reason("shadow.wouldDeploy", $"{standing.Reason.Sentence}; the mode is shadow, so nothing was changed");

        return taken
            .WithStage(policy.Name, stage with
            {
                Serving = new(image, image.Label, null, now) { WishedAt = stage.Request is { } wish && wish.Candidate == key ? now : null },
                Mark = Standings.MarkedBy(taken.At.Policy, stage.Mark, image),
                Request = null,
                Started = Standings.Begun(stage, now),
                Proved = stage.Proved.SetItem(key, now),
                Told = stage.Told.SetItem(key, Codes.Serving),
            })
            .Tell(
                Outcome.WouldDeploy,
                image.Repository,
                image.Tag,
                image.Digest,
                reason,
                stage: policy.Name,
                actor: stage.Request is { } request && request.Candidate == key ? request.Actor : null,
                verdicts: standing.Verdicts,
                cause: taken.CauseOf(key));
    }
}
