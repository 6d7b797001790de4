using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>Learns what a stage runs, so that the very first decision already knows what would be a step back.</summary>
internal static class Adoption
{
    public static Taken Take(Taken taken, Observation.TargetSeen seen)
    {
        var stage = taken.State.StageNamed(seen.Stage);
        var attempts = (stage.Unseen?.Attempts ?? 0) + 1;
        return seen.View switch
        {
            TargetView.Running running => taken.WithStage(seen.Stage, Adopted(taken, seen.Stage, stage, Serving(taken, running))),
            TargetView.Missing => taken.WithStage(seen.Stage, stage with
            {
                Unseen = new(new("target.missing", $"{Target(taken, seen.Stage)} does not exist; create it once, and it is deployed to from then on"), LookAt(taken, attempts), attempts),
            }),
            TargetView.Unknown unknown => taken.WithStage(seen.Stage, stage with { Unseen = new(unknown.Reason, LookAt(taken, attempts), attempts) }),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static StageState Adopted(Taken taken, string name, StageState stage, Serving serving)
    {
        var adopted = stage with { Target = Target(taken, name), Serving = serving, Unseen = null };
        if (serving is not { Image: { } image, Revision: not null } || taken.At.Policy.ImageNamed(image.Repository) is not { } known)
            return adopted;

        // It runs and is ready; for how long already nobody can tell, so its time begins now.
        var key = Candidate.KeyOf(known, image.Digest);
        return adopted with { Proved = stage.Proved.ContainsKey(key) ? stage.Proved : stage.Proved.SetItem(key, taken.At.Now) };
    }

    private static Serving Serving(Taken taken, TargetView.Running running)
    {
        var image = running.Image is { Digest: { } digest } reference && taken.At.Policy.ImageNamed(reference.Repository) is not null
            // It was there before we began to look, whatever its age.
            ? new ReleaseImage(reference.Repository, digest, reference.Tag ?? running.Tag, DateTimeOffset.UnixEpoch)
            : null;
        return new Serving(image, image?.Label ?? running.Image?.ToString() ?? "an image that is not of this pipeline", running.Revision, taken.At.Now);
    }

    private static DateTimeOffset LookAt(Taken taken, int attempts) => taken.At.Now + taken.At.Patience.After(attempts);

    private static Target Target(Taken taken, string stage) =>
        taken.At.Policy.Stages.First(each => each.Name == stage).Targets[0];
}
