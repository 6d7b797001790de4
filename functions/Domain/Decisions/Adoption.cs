using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// Learns what a stage runs, so that the very first decision already knows what would be a step back; and sees later what somebody else has
/// changed there.
/// </summary>
internal static class Adoption
{
    public static Taken Take(Taken taken, Observation.TargetSeen seen)
    {
        if (taken.At.Policy.StageNamed(seen.Stage) is not { } policy)
            return taken;
        var stage = taken.State.StageNamed(seen.Stage);
        if (stage.Serving is not null)
            return SeenAgain(taken, stage, seen);

        var attempts = (stage.Unseen?.Attempts ?? 0) + 1;
        return seen.View switch
        {
            TargetView.Running running => taken.WithStage(seen.Stage, Adopted(taken, policy, stage with
            {
                Footings = stage.Footings.SetItem(seen.Target.ResourceName, FootingOf(running)),
            })),
            TargetView.Missing => Unseen(new("target.missing", $"{seen.Target} does not exist; create it once, and it is deployed to from then on")),
            TargetView.Unknown unknown => Unseen(unknown.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        Taken Unseen(Reason why) => taken.WithStage(seen.Stage, stage with { Unseen = new(why, taken.At.Now + taken.At.Patience.After(attempts), attempts) });
    }

    /// <summary>Once every target has been seen, the stage is known.</summary>
    private static StageState Adopted(Taken taken, StagePolicy policy, StageState stage)
    {
        if (!policy.Targets.All(target => stage.Footings.ContainsKey(target.ResourceName)))
            return stage;

        var first = stage.Footings[policy.Targets[0].ResourceName];
        var release = ReleaseOf(taken, policy, stage.Footings);
        var adopted = stage with
        {
            Serving = new(release, release?.Label ?? first.Image?.ToString() ?? "an image that is not of this pipeline", first.Revision, taken.At.Now)
            {
                Beside = Beside(taken, policy, stage.Footings, release),
            },
            Unseen = null,
        };
        if (release is null || policy.Targets.Any(target => target.Kind != TargetKind.Job && stage.Footings[target.ResourceName].Revision is null))
            return adopted;

        // It runs and is ready; for how long already nobody can tell, so its time begins now.
        return adopted with
        {
            Proved = stage.Proved.ContainsKey(release.Key) ? stage.Proved : stage.Proved.SetItem(release.Key, taken.At.Now),
            Past = stage.Past is [.., var last] && last.Release.Key == release.Key ? stage.Past : Ends.Remembered(taken.State, stage, release, taken.At.Now, stage.Footings),
        };
    }

    /// <summary>What runs, where every image that the stage uses is one of the pipeline's.</summary>
    private static Release? ReleaseOf(Taken taken, StagePolicy policy, ImmutableSortedDictionary<string, Footing> footings)
    {
        var images = ImmutableSortedDictionary<string, ReleaseImage>.Empty;
        foreach (var target in policy.Targets.Where(target => !images.ContainsKey(target.Image)))
        {
            if (footings[target.ResourceName].Image is not { Digest: { } digest } image || taken.At.Policy.ImageNamed(image.Repository) is null)
                return null;
            // It was there before we began to look, whatever its age.
            images = images.Add(target.Image, new(image.Repository, digest, image.Tag, DateTimeOffset.UnixEpoch));
        }

        return Release.Of(images);
    }

    /// <summary>Where somebody changed one target, the others must not go backwards for it.</summary>
    private static ImmutableArray<Release> Beside(
        Taken taken, StagePolicy policy, ImmutableSortedDictionary<string, Footing> footings, Release? release) =>
    [
        .. from target in policy.Targets
           let image = footings[target.ResourceName].Image
           where image is { Digest: not null } && taken.At.Policy.ImageNamed(image.Repository) == target.Image
               && release?.Images.GetValueOrDefault(target.Image)?.Digest != image.Digest
           group image by (target.Image, image.Digest!.Value) into same
           select Release.Of(ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add(
               same.Key.Image, new(same.First().Repository, same.Key.Value, same.First().Tag, DateTimeOffset.UnixEpoch))),
    ];

    /// <summary>A stage that is known: does it still run what it should?</summary>
    private static Taken SeenAgain(Taken taken, StageState stage, Observation.TargetSeen seen)
    {
        // While something is on its way there is no telling; not being able to look says nothing.
        if (stage.Rollout is not null || seen.View is not TargetView.Running running || stage.Shadow)
            return taken;

        var (footing, expected) = (FootingOf(running), stage.Footings.GetValueOrDefault(seen.Target.ResourceName));
        if (expected?.Image is not { } image || footing.Image?.Digest == image.Digest)
        {
            return taken.WithStage(seen.Stage, stage with
            {
                Footings = stage.Footings.SetItem(seen.Target.ResourceName, expected is null ? footing : expected with { Revision = footing.Revision }),
                // What it is told to run next may still be somebody else's.
                Drifts = footing.Told is null ? stage.Drifts.Remove(seen.Target.ResourceName) : stage.Drifts,
            });
        }

        if (stage.Drifts.ContainsKey(seen.Target.ResourceName))
            return taken;
        var who = running.Modifier is { } modifier ? $" by {Excerpt.Of(modifier)}" : "";
        var reason = new Reason(
            "target.drifted",
            $"{seen.Target.Name} runs {footing.Image?.ToString() ?? "another image"}, to which it was changed{who}, and {image} was deployed there");
        taken = taken.WithStage(seen.Stage, stage.Drifted(seen.Target, reason, taken.At.Now));
        return taken.Tell(Outcome.Held, image.Repository, image.Tag, image.Digest, reason, stage: seen.Stage);
    }

    private static Footing FootingOf(TargetView.Running running) => new(
        running.Image is { Digest: { } digest } image ? new(image.Repository, image.Tag ?? running.Tag, digest) : running.Image, running.Revision)
    {
        Told = running.Told,
    };
}
