using System.Collections.Concurrent;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>Services that run what they are told, at once.</summary>
internal sealed class ObedientTargets : ITargets, IAnnounce
{
    private readonly ConcurrentDictionary<Target, ImageReference> _running = new();

    public IEnumerable<string> Running => _running.Values.Select(image => image.ToString());

    public Task<TargetView> ReadAsync(Target target, CancellationToken cancellation) =>
        Task.FromResult<TargetView>(new TargetView.Running(_running.GetValueOrDefault(target), null, "web-00001"));

    public async Task<StepResult> ApplyAsync(
        Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        if (!await stillWanted(cancellation))
            return new StepResult.NotWanted();
        _running[order.Target] = order.Image.Reference;
        return new StepResult.Done("web-00002");
    }

    public async Task<StepResult> TakeBackAsync(
        Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        if (!await stillWanted(cancellation))
            return new StepResult.NotWanted();
        if (order.Before.Image is { } image)
            _running[order.Target] = image;
        return new StepResult.Done(null);
    }

    public Task<StepResult> RunOnceAsync(
        Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));

    public Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));

    public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));
}
