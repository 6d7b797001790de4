using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery;

/// <summary>Where every pipeline stands.</summary>
public sealed record StatusReport(string Commit, EventCounts Events, ImmutableArray<PipelineStatus> Pipelines)
{
    /// <summary>Policy files with edits that are not committed, and so have no effect; empty where no folder is watched.</summary>
    public ImmutableArray<string> Edits { get; init; } = [];
}

/// <summary>Where a pipeline stands.</summary>
public sealed record PipelineStatus(string Pipeline, ImmutableArray<StageStatus> Stages)
{
    /// <summary>How many pushes came to a decision by the registry's own list alone, because their event never came.</summary>
    public long LostEventsHealed { get; init; }
}

/// <summary>Where a stage stands.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Target">The target's resource name.</param>
/// <param name="Serving">What runs, for people; null while nobody has looked.</param>
/// <param name="Image">What runs, <c>repository@digest</c>, when it is an image of this pipeline.</param>
/// <param name="Tag">By which tag it was found.</param>
/// <param name="Revision">Cloud Run's revision.</param>
/// <param name="Since">Since when.</param>
/// <param name="Rollout">What is on its way, for people; null when nothing is.</param>
/// <param name="Problem">What stands in the way of looking, or null.</param>
/// <param name="Next">The next instant at which something is due, or null.</param>
public sealed record StageStatus(
    string Stage,
    string Target,
    string? Serving,
    string? Image,
    string? Tag,
    string? Revision,
    DateTimeOffset? Since,
    string? Rollout,
    string? Problem,
    DateTimeOffset? Next)
{
    /// <summary>Releases that wait, best first: for what, and until when.</summary>
    public ImmutableArray<Waiting> Waiting { get; init; } = [];

    /// <summary>Why nothing new is taken, by somebody's word or because something went wrong.</summary>
    public ImmutableArray<Reason> Standing { get; init; } = [];
}

/// <summary>The story of a pipeline's images.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Image">Which image was asked about, or null for all.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Decisions">Oldest first.</param>
public sealed record WhyReport(string Pipeline, string? Image, PipelineStatus Status, ImmutableArray<WhyLine> Decisions);

/// <summary>One decision and what led to it.</summary>
/// <param name="Record">The decision.</param>
/// <param name="Message">The Pub/Sub message's id, where a message led to it.</param>
/// <param name="Delivered">How often that message was delivered; once is enough, the others changed nothing.</param>
public sealed record WhyLine(DecisionRecord Record, string? Message, int Delivered);

/// <summary>Answers questions out of the journal.</summary>
public sealed class Reports(IJournal journal, ActivePolicies policies, Patience patience, TimeProvider clock)
{
    /// <summary>Decisions that one answer holds at most; the newest are kept.</summary>
    public const int LinesAtMost = 500;

    /// <summary>Where every pipeline stands.</summary>
    public async Task<StatusReport> StatusAsync(CancellationToken cancellation)
    {
        var active = await policies.CurrentAsync(cancellation);
        var pipelines = ImmutableArray.CreateBuilder<PipelineStatus>();
        foreach (var policy in active.Pipelines.Values)
            pipelines.Add(Of(active, policy, (await journal.LoadAsync(policy.Name, cancellation)).State));
        return new(active.Commit, await journal.CountEventsAsync(cancellation), pipelines.ToImmutable());
    }

    /// <summary>What was decided of a pipeline's images and why; null when no policy names the pipeline.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="image">A tag, or the beginning of a digest; null for all.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<WhyReport?> WhyAsync(string pipeline, string? image, CancellationToken cancellation)
    {
        var active = await policies.CurrentAsync(cancellation);
        if (!active.Pipelines.TryGetValue(pipeline, out var policy))
            return null;

        var state = (await journal.LoadAsync(pipeline, cancellation)).State;
        var records = await journal.RecordsAsync(new(pipeline, image, LinesAtMost), cancellation);
        var events = await journal.EventsAsync([.. records.Select(record => record.Cause).Distinct()], cancellation);
        var lines = records.Reverse().Select(record =>
        {
            var cause = events.GetValueOrDefault(record.Cause);
            return new WhyLine(record, cause?.MessageId, cause?.Times ?? 0);
        });
        return new(pipeline, image, Of(active, policy, state), [.. lines]);
    }

    private PipelineStatus Of(PolicySet active, PipelinePolicy policy, PipelineState state)
    {
        var at = new Situation(policy, active.Commit, state, [], "status", clock.GetUtcNow(), patience) { Freezes = active.FreezesOf(policy.Name) };
        return new(policy.Name, [.. policy.Stages.Select(stage => Of(at, stage, state.StageNamed(stage.Name)))]) { LostEventsHealed = state.LostEventsHealed };
    }

    private static StageStatus Of(Situation at, StagePolicy policy, StageState stage) => new(
        policy.Name,
        string.Join(", ", policy.Targets.Select(target => target.ResourceName)),
        stage.Serving?.Description,
        stage.Serving?.Image?.Reference.ToString(),
        stage.Serving?.Image?.Tag,
        stage.Serving?.Revision,
        stage.Serving?.Since,
        stage.Rollout is { } rollout ? Progress.Of(policy, rollout) : null,
        stage.Unseen?.Why.Sentence,
        at.State.Owed.Where(effect => effect.IsOf(policy.Name)).Select(effect => (DateTimeOffset?)effect.DueAt).Append(stage.Rollout?.Until).Min())
    {
        Waiting = Outlook.Of(at, policy),
        Standing = Outlook.Standing(at.State, stage, at.Now),
    };
}
