using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// Where what is told and owed began: a rollout where its push or its order is traced, anything else where its candidate is, or what is being
/// decided on. The texts are handed on as they came.
/// </summary>
internal static class Origins
{
    /// <summary>Of a line about an image.</summary>
    public static string? Of(Taken taken, string? stage, Repository? repository, Digest? digest) =>
        (stage is null ? null : Under(taken, stage, rollout => digest is { } known && rollout.Release.Has(known)))
        ?? taken.State.Candidates.Values.FirstOrDefault(candidate => candidate.Digest == digest && candidate.Repository == repository)?.Origin
        ?? taken.At.Origin;

    /// <summary>Of something owed.</summary>
    public static string? Of(Taken taken, Effect effect) => effect switch
    {
        Effect.Ask ask => taken.State.Candidates.GetValueOrDefault(ask.Candidate)?.Origin,
        Effect.Announce { Announcement: var told } => Under(taken, told.Stage, rollout => IsOf(rollout, told.Image)),
        Effect.Track { Deployment: var told } => Under(taken, told.Stage, rollout => IsOf(rollout, told.Image)),
        _ => taken.State.Stages.Where(stage => effect.IsOf(stage.Key)).Select(stage => stage.Value.Rollout?.Origin).FirstOrDefault(),
    } ?? taken.At.Origin;

    /// <summary>Of the stage's rollout, or of the one that has just ended.</summary>
    private static string? Under(Taken taken, string stage, Predicate<Rollout> isIt) => new[] { taken.State, taken.At.State }
        .Select(state => state.StageNamed(stage).Rollout)
        .FirstOrDefault(rollout => rollout is not null && isIt(rollout))?.Origin;

    private static bool IsOf(Rollout rollout, string told) =>
        rollout.IsRollback || rollout.Release.Images.Values.Any(image => image.Reference.ToString() == told);
}
