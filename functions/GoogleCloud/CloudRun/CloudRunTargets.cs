using System.Collections.Concurrent;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>Cloud Run services, jobs and worker pools as targets, over the Admin API v2.</summary>
public sealed class CloudRunTargets(CloudRunOptions options, IAccessTokens tokens, TimeProvider clock) : ITargets, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RunRegion>> _regions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<TargetView> ReadAsync(Target target, CancellationToken cancellation)
    {
        if (!RunRegion.IsName(target.Region))
            return new TargetView.Unknown(NoRegion(target));

        var region = RegionOf(target);
        var read = await region.GetAsync(target, cancellation);
        if (!read.TryGet(out var resource, out var error))
            return error.Code is StatusCode.NotFound ? new TargetView.Missing() : Unknown(target, error);
        if (resource is not RevisionedResource revisioned)
            return ViewOfJob(target, resource);
        if (revisioned.LatestReadyRevision.Length == 0)
            return NeverReady(target, revisioned);

        var live = TrafficPlan.Serving(revisioned);
        var name = live is [var most, ..] ? $"{target.ResourceName}/revisions/{most}" : revisioned.LatestReadyRevision;
        var serving = await region.GetRevisionAsync(name, cancellation);
        // Of several that share the traffic none is what runs.
        return serving.TryGet(out var revision, out error)
            ? View(target, resource, revision.Containers, live.Count > 1 ? null : TrafficPlan.ShortName(name))
            : new TargetView.Unknown(new("run.revisionUnread", $"{name} could not be read: {error.Message}"));
    }

    /// <inheritdoc/>
    public async Task<StepResult> ApplyAsync(
        Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        if (order is { Target.Kind: TargetKind.Job, RunAs: { } token } && JobLoop.Refuse(order.Target, token) is { } why)
            return new StepResult.Failed(why);

        return await RunAsync(
            order.Target,
            stillWanted,
            means => order.Target.Kind is TargetKind.Job ? new JobApply(means, order) : new RevisionApply(means, order),
            cancellation);
    }

    /// <inheritdoc/>
    public Task<StepResult> TakeBackAsync(
        Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) => RunAsync(
        order.Target,
        stillWanted,
        means => order.Target.Kind is TargetKind.Job ? new JobTakeBack(means, order) : new RevisionTakeBack(means, order),
        cancellation);

    /// <inheritdoc/>
    public async Task<StepResult> RunOnceAsync(
        Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        if (order.Job.Kind is not TargetKind.Job)
            return new StepResult.Failed(new("target.kind", $"{order.Job} is no job, and only a job runs to its end"));
        if (JobLoop.Refuse(order.Job, order.RunAs) is { } why)
            return new StepResult.Failed(why);

        return await RunAsync(order.Job, stillWanted, means => new JobRun(means, order), cancellation);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var region in _regions.Values.Where(region => region.IsValueCreated))
            region.Value.Dispose();
    }

    private async Task<StepResult> RunAsync(
        Target target, Func<CancellationToken, ValueTask<bool>> stillWanted, Func<Means, RolloutLoop> make, CancellationToken cancellation)
    {
        if (!RunRegion.IsName(target.Region))
            return new StepResult.Failed(NoRegion(target));

        using var budget = new CancellationTokenSource(options.Budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, budget.Token);
        var loop = make(new Means(RegionOf(target), stillWanted, options, clock));
        try
        {
            return await loop.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (budget.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new StepResult.Unfinished(new("run.budget",
                $"{target} was not settled after {options.Budget.TotalSeconds:0.###} s: {loop.LastSeen}"));
        }
    }

    /// <summary>What is still being made is soon going to run something; what has come to an end without it may be deployed to.</summary>
    private static TargetView NeverReady(Target target, RunResource read) => read.Reconciling
        ? new TargetView.Unknown(new("run.settling", $"{target} is still being made, and no revision of it is ready yet"))
        : new TargetView.Running(null, null, null);

    /// <summary>A job runs what its template names, unless Cloud Run gave up on that.</summary>
    private static TargetView.Running ViewOfJob(Target target, RunResource job) =>
        job.TerminalCondition?.State is Condition.Types.State.ConditionFailed
            ? new(null, null, null)
            : View(target, job, job.Containers, null);

    private static TargetView.Running View(Target target, RunResource read, IReadOnlyList<Container>? containers, string? revision)
    {
        var modifier = read.LastModifier.Length > 0 ? read.LastModifier : null;
        return Containers.TryFind(containers ?? [], target, out var container, out _) && ImageReference.TryParse(container.Image, out var image)
            ? new(image, Annotations.TagFor(read.Annotations, image), revision) { Modifier = modifier, Told = ToldBeside(target, read, container.Image) }
            : new(null, null, revision) { Modifier = modifier };
    }

    private static string? ToldBeside(Target target, RunResource read, string serving) =>
        Containers.TryFind(read.Containers ?? [], target, out var told, out _) && told.Image != serving ? told.Image : null;

    private static TargetView.Unknown Unknown(Target target, CallError error) => new(CloudRunFailure.OfCall(target, error).Reason);

    private static Reason NoRegion(Target target) =>
        new("target.region", $"{Excerpt.Of(target.Region)} is no Cloud Run region: asia-northeast1 is the form of one");

    private RunRegion RegionOf(Target target) => _regions.GetOrAdd(
        target.Region, name => new Lazy<RunRegion>(() => new RunRegion(name, options, tokens, clock))).Value;
}
