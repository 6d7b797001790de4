using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>Goes back by somebody's word: to what did well before, and it sticks.</summary>
internal static class Rollbacks
{
    public static Taken Begin(Taken taken, Observation.Said said, StagePolicy policy, StageState stage, Command.Rollback asked)
    {
        if (taken.At.Policy.Mode != PolicyMode.Enforce)
            return People.Refused(taken, said, policy.Name, "rollback.notEnforced", $"{taken.At.Policy.Name} changes nothing in its mode, so there is nothing to go back from");

        // What is on its way has not replaced anything yet: going back means taking it back.
        if (stage.Rollout is { IsRollback: false, Trouble: null } coming && asked.To is null)
        {
            return Ends.Fails(
                taken.Noting(said, policy.Name, "rollback", $"{coming.Release.Label} is taken back from {policy.Name}"),
                policy, coming, new("rollback.asked", $"{said.Actor} asked to go back{Because(asked)}"));
        }

        if (stage.Rollout is not null)
            return People.Refused(taken, said, policy.Name, "rollback.underWay", $"{stage.Rollout.Release.Label} is being taken back, or gone back to, already");
        if (stage.Serving?.Release is not { } serving)
            return People.Refused(taken, said, policy.Name, "rollback.unknown", $"nobody knows what {policy.Name} runs, so nobody can say what is before it");
        if (Before(stage, serving, asked.To) is not { } before)
        {
            return People.Refused(taken, said, policy.Name, "rollback.nowhere", asked.To is { } to
                ? $"{Images.Excerpt.Of(to)} is not among what {policy.Name} ran before: {Listed(stage, serving)}"
                : $"{policy.Name} ran nothing before {serving.Label} that it could go back to");
        }

        var reason = new Reason("rollback.asked", $"{said.Actor} went back from it to {before.Release.Label}{Because(asked)}");
        var targets = policy.Targets.ToImmutableSortedDictionary(
            target => target.ResourceName,
            target => TargetProgress.None with
            {
                Before = before.Footings.GetValueOrDefault(target.ResourceName) ?? new Footing(before.Release.Images[target.Image].Reference, null),
            });
        var hold = policy.Strategy.AutoRollback is { Hold: true }
            ? new Standstill($"{said.Actor} went back to {before.Release.Label}{Because(asked)}", said.Actor, taken.At.Now, null)
            : stage.Hold;
        return taken
            .WithStage(policy.Name, stage with
            {
                Rollout = new(before.Release, taken.At.Now, said.Actor, taken.At.Cause)
                {
                    Plan = [new RolloutStep.Return()],
                    Targets = targets,
                    IsRollback = true,
                    Origin = taken.At.Origin,
                },
                Failed = stage.Failed.SetItem(serving.Key, reason),
                Hold = hold,
            })
            .Noting(said, policy.Name, "rollback", $"{policy.Name} goes back from {serving.Label} to {before.Release.Label}")
            .TellAll(policy.Name, serving, Outcome.Superseded, reason, Codes.Failed, actor: said.Actor);
    }

    /// <summary>The last that did well and is not what runs; a release that was gone back from is none of them.</summary>
    private static Served? Before(StageState stage, Release serving, string? to) => stage.Past
        .Where(served => served.Release.Key != serving.Key && (to is not null || !stage.Failed.ContainsKey(served.Release.Key)))
        .LastOrDefault(served => to is null || IsNamed(served.Release, to));

    private static bool IsNamed(Release release, string name) =>
        release.Id == name || release.Images.Values.Any(image => image.Tag == name || image.Digest.IsNamedBy(name));

    private static string Listed(StageState stage, Release serving)
    {
        var all = stage.Past.Where(served => served.Release.Key != serving.Key).Reverse().Take(5).Select(served => served.Release.Label).ToArray();
        return all is [] ? "nothing" : string.Join(", ", all);
    }

    private static string Because(Command.Rollback asked) => asked.Reason is { } why ? $": {Images.Excerpt.Of(why)}" : "";
}
