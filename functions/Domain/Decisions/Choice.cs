using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>Lets a stage choose what to take.</summary>
internal static class Choice
{
    public static Taken Of(Taken taken, StagePolicy policy)
    {
        taken = OpenApprovals(taken, policy);
        var standings = taken.Standings.Of(taken.State, policy);
        var speakers = StandingRecords.Speakers(standings);
        foreach (var standing in standings)
        {
            if (standing.Outcome == Outcome.Deploying && taken.At.Policy.Mode == PolicyMode.Shadow)
            {
                taken = OnPaper.Deploy(taken, policy, standing);
                continue;
            }

            taken = Questions.Owe(StandingRecords.Tell(taken, policy, standing, speakers), policy, standing);
            if (standing.Outcome == Outcome.Deploying)
                taken = Start(taken, policy, standing);
        }

        return AnswerRequest(taken, policy);
    }

    /// <summary>From the moment at which a release could first be approved, its deadline runs: while other gates still hold it, too.</summary>
    private static Taken OpenApprovals(Taken taken, StagePolicy policy)
    {
        if (!policy.Gates.Any(gate => gate is Gate.Approvals))
            return taken;

        var stage = taken.State.StageNamed(policy.Name);
        var opened = taken.Standings.Of(taken.State, policy)
            .Where(standing => !standing.Verdicts.IsEmpty && !stage.Approvals.ContainsKey(standing.Offer.Key) && IsProved(standing))
            .Select(standing => KeyValuePair.Create(standing.Offer.Key, new ApprovalRound(taken.At.Now, [])));
        return taken.WithStage(policy.Name, stage with { Approvals = stage.Approvals.SetItems(opened) });
    }

    private static bool IsProved(Standing standing) =>
        standing.Verdicts.All(verdict => verdict is not { Gate: "after", Finding: not Finding.Pass });

    /// <summary>The instants at which a gate's answer can change by itself.</summary>
    /// <param name="taken">The decision.</param>
    /// <param name="state">Its end.</param>
    public static IEnumerable<DateTimeOffset?> NextLooks(Taken taken, PipelineState state) => taken.At.Policy.Stages
        .SelectMany(stage => taken.Standings.Of(state, stage))
        .Select(standing => standing.NextLook);

    private static Taken Start(Taken taken, StagePolicy policy, Standing standing)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var release = standing.Offer.Release.Of(policy.ImagesUsed);
        var request = stage.RequestFor(standing.Offer);
        if (stage.Rollout is { } overtaken)
            taken = Overtake(taken, policy, overtaken, standing);
        // What somebody goes away from in the middle counts as what ran before, as it would at its end.
        var mark = request is not null && stage.Rollout?.Leaves is { } left ? Floors.MarkedBy(taken.At.Policy, stage.Mark, left) : stage.Mark;

        var targets = policy.Targets.ToImmutableSortedDictionary(target => target.ResourceName, target => Found(stage, target));
        return taken.WithStage(policy.Name, taken.State.StageNamed(policy.Name) with
        {
            Rollout = new(release, taken.At.Now, request?.Actor, taken.CauseOf(standing.Offer.Lead.Key))
            {
                Origin = request?.Origin ?? standing.Offer.Lead.Origin ?? taken.At.Origin,
                Plan = Plan(policy, stage.Rollout),
                Targets = targets,
                Instead = stage.Rollout?.Leaves,
            },
            Started = stage.StartedAlsoAt(taken.At.Now),
            Mark = mark,
        });
    }

    /// <summary>
    /// What an overtaken rollout found on a target is what is gone back to, not what it left half done; and what that one has touched is gone
    /// back on too, should the new one fail before it comes to it.
    /// </summary>
    private static TargetProgress Found(StageState stage, Target target)
    {
        var left = stage.Rollout?.Of(target) ?? TargetProgress.None;
        return TargetProgress.None with
        {
            Before = left.Before ?? stage.Footings.GetValueOrDefault(target.ResourceName),
            Percent = left.IsTouched ? 0 : null,
        };
    }

    /// <summary>A job may run long: meanwhile what was overtaken is not to answer users.</summary>
    private static ImmutableArray<RolloutStep> Plan(StagePolicy policy, Rollout? overtaken)
    {
        var steps = RolloutStep.Of(policy);
        return overtaken?.Leaves is not null && steps is [RolloutStep.Predeploy, ..] ? steps.Insert(0, new RolloutStep.Return()) : steps;
    }

    /// <summary>A newer release starts over: what the older one still owed is taken back, so that no worker can apply it late.</summary>
    private static Taken Overtake(Taken taken, StagePolicy policy, Rollout overtaken, Standing by)
    {
        return taken.Forgetting(effect => effect.IsOf(policy.Name)).TellAll(policy.Name, overtaken.Release, Outcome.Superseded, new(
            Codes.Overtaken, $"{by.Label} is newer and takes over while {overtaken.Release.Label} was being rolled out"), Codes.Overtaken);
    }

    /// <summary>A request that cannot be taken now has had its answer; it does not lie in wait.</summary>
    private static Taken AnswerRequest(Taken taken, StagePolicy policy)
    {
        var stage = taken.State.StageNamed(policy.Name);
        if (stage.Request is not { } request || stage.Serving is null)
            return taken;

        var held = taken.Standings.Of(taken.State, policy).FirstOrDefault(standing => standing.Offer.Has(request.Candidate) && standing.Outcome == Outcome.Held);
        if (stage.Rollout is null && held is not null)
            return taken;
        // From now on it waits like any other, and perhaps for what the request let it skip: that is told anew.
        var told = held is null ? stage.Told : stage.Told.SetItems(held.Offer.Images.Select(candidate => KeyValuePair.Create(candidate.Key, Codes.NoLongerAsked)));
        return taken.WithStage(policy.Name, stage with { Request = null, Told = told });
    }
}
