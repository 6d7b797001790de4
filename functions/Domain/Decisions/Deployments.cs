using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>Which deployments the end of a rollout is, by the target's resource name: what changed nothing at a target is none.</summary>
internal static class Deployments
{
    /// <summary>The release has come to serve; of a rollback, what ran before has.</summary>
    /// <param name="taken">The decision so far, in which the stage still serves what it served.</param>
    /// <param name="policy">The stage.</param>
    /// <param name="rollout">What ended.</param>
    public static ImmutableDictionary<string, Deployment> Serving(Taken taken, StagePolicy policy, Rollout rollout)
    {
        var stage = taken.State.StageNamed(policy.Name);
        return Of(policy, (target, at) =>
        {
            if (!rollout.Release.Images.TryGetValue(target.Image, out var image)
                || stage.Serving?.Release?.Images.GetValueOrDefault(target.Image)?.Digest == image.Digest)
                return null;
            var change = rollout.IsRollback ? Change.RolledBack : ChangeOf(stage, rollout, target);
            var id = IdOf(policy, rollout, rollout.IsRollback ? "rolledBack" : "deployed", at);
            return New(taken, policy, target, id, change, image, rollout.StartedAt, taken.At.Now, Sources(taken.State, stage, rollout.Release));
        });
    }

    /// <summary>The release had a share of the traffic before it was taken back.</summary>
    public static ImmutableDictionary<string, Deployment> Exposed(Taken taken, StagePolicy policy, Rollout rollout)
    {
        var stage = taken.State.StageNamed(policy.Name);
        return Of(policy, (target, at) => WasExposed(stage, rollout, target)
            ? New(
                taken, policy, target, IdOf(policy, rollout, "exposed", at), ChangeOf(stage, rollout, target), rollout.Release.Images[target.Image],
                rollout.StartedAt, rollout.ExposedSince!.Value, Sources(taken.State, stage, rollout.Release))
            : null);
    }

    /// <summary>What served before serves everything again.</summary>
    public static ImmutableDictionary<string, Deployment> TakenBack(Taken taken, StagePolicy policy, Rollout rollout)
    {
        var stage = taken.State.StageNamed(policy.Name);
        return Of(policy, (target, at) => WasExposed(stage, rollout, target) && Before(stage, rollout, target) is { } before
            ? New(
                taken, policy, target, IdOf(policy, rollout, "rolledBack", at), Change.RolledBack, before, rollout.TurnedAt ?? taken.At.Now, taken.At.Now,
                Sources(taken.State, stage, stage.Serving?.Release))
            : null);
    }

    /// <summary>What the images of a release were built from, by the image's name, as far as builds have told.</summary>
    public static ImmutableSortedDictionary<string, GitSource> Sources(PipelineState state, StageState stage, Release? release)
    {
        if (release is null)
            return ImmutableSortedDictionary<string, GitSource>.Empty;
        var known = stage.Past.LastOrDefault(served => served.Release.Key == release.Key)?.Sources ?? ImmutableSortedDictionary<string, GitSource>.Empty;
        return known.SetItems(
            from image in release.Images
            let build = state.BuildsOf(image.Value.Repository, image.Value.Digest).FirstOrDefault(build => build is { Commit: not null, Address: not null })
            where build is not null
            select KeyValuePair.Create(image.Key, new GitSource(build.Address!, build.Commit!)));
    }

    /// <summary>The id of an end's news for one target: the same for the same rollout.</summary>
    public static string IdOf(StagePolicy policy, Rollout rollout, string outcome, int target) =>
        $"{Stepping.IdOf(policy.Name, rollout)}/{outcome}{(target == 0 ? "" : $"/{target}")}";

    private static ImmutableDictionary<string, Deployment> Of(StagePolicy policy, Func<Target, int, Deployment?> what) => policy.Targets
        .Select(what)
        .OfType<Deployment>()
        .ToImmutableDictionary(deployment => deployment.Target);

    /// <summary>Nobody knows what a target runs that somebody else has changed meanwhile.</summary>
    private static bool WasExposed(StageState stage, Rollout rollout, Target target) =>
        rollout.IsExposed && rollout.Of(target).Percent > 0 && !stage.Drifts.ContainsKey(target.ResourceName);

    /// <summary>A placeholder that ran there before is no release.</summary>
    private static Change ChangeOf(StageState stage, Rollout rollout, Target target) =>
        stage.Serving?.Release?.Images.ContainsKey(target.Image) == true
        || rollout.Of(target).Before?.Image?.Repository == rollout.Release.Images[target.Image].Repository
            ? Change.Upgraded
            : Change.Deployed;

    /// <summary>What ran there before; null where that was named by no digest, so that nobody can say which image it was.</summary>
    private static ReleaseImage? Before(StageState stage, Rollout rollout, Target target)
    {
        if (stage.Serving?.Release?.Images.GetValueOrDefault(target.Image) is { } served)
            return served;
        return rollout.Of(target).Before?.Image is { Digest: { } digest } image ? new(image.Repository, digest, image.Tag, default) : null;
    }

    private static Deployment New(
        Taken taken,
        StagePolicy policy,
        Target target,
        string id,
        Change change,
        ReleaseImage image,
        DateTimeOffset from,
        DateTimeOffset to,
        ImmutableSortedDictionary<string, GitSource> sources) => new(
            id, change, taken.At.Policy.Name, policy.Name, target.ResourceName, target.Name, image.Reference.ToString(), image.Tag,
            // Of a tag that is followed every release has the same.
            image.Tag is { } tag && taken.At.Policy.Tags.Rule is not TagRule.OnlyTag ? tag : image.Digest.Short,
            from, to)
        {
            Source = sources.GetValueOrDefault(target.Image),
        };
}
