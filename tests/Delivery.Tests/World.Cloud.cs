using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Delivery.Tests;

/// <content>The registry and Cloud Run: what is found there, and what a rollout changes.</content>
internal sealed partial class World
{
    Task<TagLookup> IRegistry.ResolveAsync(Repository repository, string reference, CancellationToken cancellation)
    {
        Alive();
        return Task.FromResult<TagLookup>(RegistryIsDown
            ? new TagLookup.Unknown(new("registry.unreachable", "nobody answered"))
            : repository == Home ? (_current is { } now ? new TagLookup.Found(now) : new TagLookup.Missing())
            : Digest.TryParse(reference, out var named) && _tags.Values.Contains(named) ? new TagLookup.Found(named)
            : _tags.TryGetValue(reference, out var digest) ? new TagLookup.Found(digest)
            : new TagLookup.Missing());
    }

    Task<TagListing> IRegistry.ListAsync(Repository repository, CancellationToken cancellation)
    {
        Alive();
        return Task.FromResult<TagListing>(RegistryIsDown
            ? new TagListing.Unknown(new("registry.unreachable", "nobody answered"))
            : new TagListing.Complete([.. _tags.Keys.Order(StringComparer.Ordinal)]));
    }

    Task<TargetView> ITargets.ReadAsync(Target target, CancellationToken cancellation)
    {
        Alive();
        lock (_run)
        {
            return Task.FromResult<TargetView>(Revisions is [.., var last]
                ? new TargetView.Running(ImageReference.TryParse(last, out var image) ? image : null, null, $"web-{Revisions.Count:00000}-aaa")
                : new TargetView.Running(null, null, null));
        }
    }

    async Task<StepResult> ITargets.ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        Alive();
        while (true)
        {
            int etag;
            lock (_run)
                etag = Revisions.Count;
            if (Revisions is [.., var last] && last == order.Image.Reference.ToString())
                return new StepResult.Done($"web-{etag:00000}-aaa");
            if (!await stillWanted(cancellation))
                return new StepResult.NotWanted();

            lock (_run)
            {
                if (Revisions.Count != etag)
                    continue;
                Revisions.Add(order.Image.Reference.ToString());
            }

            // The write is done and its reply is lost.
            Alive();
        }
    }

    async Task<StepResult> ITargets.TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        Alive();
        if (!await stillWanted(cancellation))
            return new StepResult.NotWanted();
        lock (_run)
        {
            if (Revisions is [.., var last] && last == order.Image.Reference.ToString())
                Revisions.Add(order.Before.Image!.ToString());
        }

        Alive();
        return new StepResult.Done(null);
    }

    Task<StepResult> ITargets.RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation)
    {
        Alive();
        lock (_run)
            Executions.Add(order.RunAs);
        Alive();
        return Task.FromResult<StepResult>(new StepResult.Done(null));
    }

    Task<StepResult> IVerify.VerifyAsync(Effect.Verify order, CancellationToken cancellation)
    {
        Alive();
        return Task.FromResult<StepResult>(new StepResult.Done(null));
    }
}
