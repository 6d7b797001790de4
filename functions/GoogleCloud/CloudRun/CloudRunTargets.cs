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

/// <summary>Cloud Run services as targets, over the Admin API v2.</summary>
public sealed class CloudRunTargets(CloudRunOptions options, IAccessTokens tokens, TimeProvider clock) : ITargets, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RunRegion>> _regions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<TargetView> ReadAsync(Target target, CancellationToken cancellation)
    {
        if (!RunRegion.IsName(target.Region))
            return new TargetView.Unknown(NoRegion(target));

        var region = RegionOf(target);
        var read = await region.GetServiceAsync(target.ResourceName, cancellation);
        if (!read.TryGet(out var service, out var error))
            return error.Code is StatusCode.NotFound ? new TargetView.Missing() : Unknown(target, error);
        if (service.LatestReadyRevision.Length == 0)
            return new TargetView.Running(null, null, null);

        var ready = await region.GetRevisionAsync(service.LatestReadyRevision, cancellation);
        return ready.TryGet(out var revision, out error)
            ? View(target, service, revision)
            : new TargetView.Unknown(new("run.revisionUnread", $"{service.LatestReadyRevision} could not be read: {error.Message}"));
    }

    /// <inheritdoc/>
    public async Task<StepResult> ApplyAsync(
        Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        if (!RunRegion.IsName(order.Target.Region))
            return new StepResult.Failed(NoRegion(order.Target));

        using var budget = new CancellationTokenSource(options.Budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, budget.Token);
        var rollout = new ServiceRollout(RegionOf(order.Target), order, stillWanted, options, clock);
        try
        {
            return await rollout.RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (budget.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new StepResult.Unfinished(new("run.budget",
                $"{order.Target} was not settled after {options.Budget.TotalSeconds:0.###} s: {rollout.LastSeen}"));
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        foreach (var region in _regions.Values.Where(region => region.IsValueCreated))
            region.Value.Dispose();
    }

    private static TargetView.Running View(Target target, Service service, Revision revision)
    {
        var name = TrafficPlan.ShortName(service.LatestReadyRevision);
        return Containers.TryFind(revision.Containers, target, out var container, out _)
            && ImageReference.TryParse(container.Image, out var image)
            ? new(image, Annotations.TagFor(service.Annotations, image), name)
            : new(null, null, name);
    }

    private static TargetView.Unknown Unknown(Target target, CallError error) => new(CloudRunFailure.OfCall(target, error).Reason);

    private static Reason NoRegion(Target target) =>
        new("target.region", $"{Excerpt.Of(target.Region)} is no Cloud Run region: asia-northeast1 is the form of one");

    private RunRegion RegionOf(Target target) => _regions.GetOrAdd(
        target.Region, name => new Lazy<RunRegion>(() => new RunRegion(name, options, tokens, clock))).Value;
}
