using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Owes the news of how a rollout ended to everybody who is told.</summary>
internal static class News
{
    /// <summary>Owes the subscribers of the topic an announcement for each target.</summary>
    /// <param name="taken">The decision so far.</param>
    /// <param name="outcome">The word for it.</param>
    /// <param name="policy">The stage.</param>
    /// <param name="rollout">What ended; its release is what is announced.</param>
    /// <param name="reason">Why.</param>
    /// <param name="changes">What runs from now on, by the target's resource name; a target that is missing runs what it ran.</param>
    public static Taken Announcing(
        this Taken taken, string outcome, StagePolicy policy, Rollout rollout, Reason reason, ImmutableDictionary<string, Deployment>? changes = null)
    {
        for (var at = 0; at < policy.Targets.Length; at++)
        {
            var target = policy.Targets[at];
            if (!rollout.Release.Images.TryGetValue(target.Image, out var image))
                continue;
            var id = Deployments.IdOf(policy, rollout, outcome, at);
            taken = taken.Owing(new Effect.Announce(id, taken.At.Now, 0, new(
                id, outcome, taken.At.Policy.Name, policy.Name, target.ResourceName, image.Reference.ToString(), image.Tag,
                outcome == "failed" ? null : rollout.Of(target).Revision, taken.At.Commit, taken.At.Now, reason)
            {
                Deployment = changes?.GetValueOrDefault(target.ResourceName),
            }));
        }

        return taken;
    }

    /// <summary>Owes each of those who count deployments each of these.</summary>
    public static Taken Tracking(this Taken taken, IEnumerable<Deployment> deployments) =>
        (from deployment in deployments from tracker in taken.At.Trackers select (tracker, deployment))
        .Aggregate(taken, (owing, each) => owing.Owing(
            new Effect.Track($"{each.deployment.Id}/{each.tracker}", owing.At.Now, 0, each.tracker, each.deployment)));
}
