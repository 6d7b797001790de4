using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Delivery;

/// <summary>Pays what is owed to the world, and says what came of it. Each payment may be made again by another worker.</summary>
public sealed class Payments(
    IJournal journal,
    ITargets targets,
    IVerify verify,
    IMeasure measure,
    IAskGates gates,
    IAnnounce announce,
    IEnumerable<ITrackDeployments>? trackers = null)
{
    private readonly ImmutableDictionary<string, ITrackDeployments> _trackers =
        (trackers ?? []).ToImmutableDictionary(tracker => tracker.Name, StringComparer.Ordinal);

    /// <summary>Who is told of deployments beside the subscribers of the topic, by name.</summary>
    public ImmutableArray<string> Trackers => [.. _trackers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Pays one effect.</summary>
    /// <param name="active">The policies in force.</param>
    /// <param name="policy">The one of the pipeline.</param>
    /// <param name="state">The pipeline's state that owes it.</param>
    /// <param name="effect">What is owed.</param>
    /// <param name="cancellation">Stops; what is owed stays owed.</param>
    public async Task<Observation> PayAsync(PolicySet active, PipelinePolicy policy, PipelineState state, Effect effect, CancellationToken cancellation)
    {
        async ValueTask<bool> IsWanted(CancellationToken token) => await IsOwedAsync(policy.Name, effect, token);

        return await effect.Match<Task<Observation>>(
            async apply => new Observation.Paid(apply.Id, await targets.ApplyAsync(apply, IsWanted, cancellation)),
            async back => new Observation.Paid(back.Id, await targets.TakeBackAsync(back, IsWanted, cancellation)),
            async once => new Observation.Paid(once.Id, await targets.RunOnceAsync(once, IsWanted, cancellation)),
            async check => new Observation.Paid(check.Id, await verify.VerifyAsync(check, cancellation)),
            async look => new Observation.Measured(look.Id, await measure.MeasureAsync(look, cancellation)),
            async told => new Observation.Paid(told.Id, await announce.TellAsync(told.Announcement, cancellation)),
            async track => new Observation.Paid(track.Id, await TrackAsync(track, cancellation)),
            async ask => new Observation.Answered(ask.Id, await AskAsync(active, policy, state, ask, cancellation)));
    }

    private async Task<Answer> AskAsync(PolicySet active, PipelinePolicy policy, PipelineState state, Effect.Ask ask, CancellationToken cancellation)
    {
        var stage = policy.StageNamed(ask.Stage);
        var gate = stage is null ? null : GateList.Of(policy, stage, []).FirstOrDefault(gate => gate.Name == ask.Gate);
        if (gate is null || !state.Candidates.TryGetValue(ask.Candidate, out var candidate))
            return new(Finding.Unknown, new("gate.gone", $"{ask.Gate} of {ask.Stage} is no question any more"));

        return await gates.AskAsync(new(gate, policy.Name, ask.Stage, candidate.As(candidate.Tags.FirstOrDefault()), active.Commit), cancellation);
    }

    // Whoever is not configured any more does not want to know.
    private async Task<StepResult> TrackAsync(Effect.Track track, CancellationToken cancellation) =>
        _trackers.TryGetValue(track.Tracker, out var tracker) ? await tracker.TrackAsync(track.Deployment, cancellation) : new StepResult.Done(null);

    private async Task<bool> IsOwedAsync(string pipeline, Effect order, CancellationToken cancellation) =>
        (await journal.LoadAsync(pipeline, cancellation)).State.Owed.Any(effect => effect.Id == order.Id);
}
