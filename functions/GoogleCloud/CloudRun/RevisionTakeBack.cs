using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// A service or a worker pool goes back to what it ran: first all traffic to the revision that served, which is there and at once; then the
/// template, so that the next revision is not of what was taken back; then the traffic from that revision's name to whatever is the latest.
/// Where nothing is found to be taken back, that is written down: the read may have been older than what is to go, or that may still be on
/// its way from whoever was at work before, and the etag of either is then no longer the last.
/// </summary>
internal sealed class RevisionTakeBack(Means means, Effect.TakeBack order) : RevisionLoop(means, order.Target)
{
    private const int Pin = 1;
    private const int Restore = 2;
    private const int Release = 3;
    private const int Confirm = 4;

    private readonly ImageReference _image = order.Image.Reference;

    protected override async Task<Move> JudgeAsync(RevisionedResource read, CancellationToken cancellation) =>
        await LookAsync(read, cancellation) is var move && move is Move.End { Result: StepResult.Done } && !Annotations.AreOf(read.Annotations, order)
            ? Write(read, null, read.Traffic, Confirm)
            : move;

    private async Task<Move> LookAsync(RevisionedResource read, CancellationToken cancellation)
    {
        if (!Containers.TryFind(read, Target, out var container, out var why))
            return Ended(new StepResult.Failed(why));

        var revision = order.Before.Revision is { } name && await FindAsync(name, cancellation) is not null ? name : null;
        if (await DriftAsync(read, revision, cancellation) is { } drift)
            return Ended(drift);

        if (!Containers.Runs(container, _image) && IsForeign(read, container.Image, order.Before))
            return await LeaveAsync(read, container.Image, revision, cancellation);

        var released = TrafficPlan.Mean(read.Traffic).SequenceEqual(read.Traffic);
        if (Containers.Runs(container, order.Before.Image) && released)
            return await FollowAsync(read, order.Before.Image!, () => Ended(new StepResult.Done(read.Ready)), cancellation);

        if (revision is not null && TrafficPlan.Pin(read.Traffic, revision) is var pinned && !pinned.SequenceEqual(read.Traffic))
            return Write(read, null, pinned, Pin);
        if (Containers.Runs(container, order.Before.Image))
            return await FollowAsync(
                read, order.Before.Image!, () => Write(read, null, TrafficPlan.Mean(read.Traffic), Release), cancellation);
        return revision is null
            ? RestoreAtOnce(read)
            : Pinned(read, revision, Containers.Runs(container, _image) || Annotations.AreOwn(read.TemplateAnnotations, container.Image));
    }

    /// <summary>Somebody else wrote the template: that is left, and only what is ours gets no traffic.</summary>
    private async Task<Move> LeaveAsync(RevisionedResource read, string told, string? revision, CancellationToken cancellation)
    {
        var isOurs = false;
        foreach (var name in TrafficPlan.Live(read.Traffic, read.Ready))
            isOurs |= name != revision && Containers.IsSame(await ImageOfAsync(name, cancellation), _image);
        return isOurs && revision is not null
            ? Write(read, null, TrafficPlan.Pin(read.Traffic, revision), Pin)
            : Ended(Drifted(read, $"is told to run {Excerpt.Of(told)}", order.Before.Image!.ToString()));
    }

    /// <summary>The traffic is told to go back; the template is still that of what is taken back, or somebody else's.</summary>
    private Move Pinned(RevisionedResource read, string revision, bool ours)
    {
        // Where the revision that is taken back never became ready, the target stays failed whatever its traffic does.
        var given = TrafficPlan.IsServed(read, read.Ready)
            || (!read.Reconciling && read.TerminalCondition?.State is State.ConditionFailed);
        if (!given)
            return new Move.Wait($"its traffic is not with {revision} yet");
        return ours && order.Before.Image is { } image
            ? Write(read, image, read.Traffic, Restore)
            : Ended(new StepResult.Done(revision));
    }

    private Move RestoreAtOnce(RevisionedResource read) => order.Before.Image is { } image
        ? Write(read, image, TrafficPlan.Mean(read.Traffic), Restore)
        : Ended(new StepResult.Failed(new("target.noWayBack",
            $"{Target} cannot go back: its revision {order.Before.Revision ?? "before"} does not exist, and what it ran is not known")));

    private async Task<Move> FollowAsync(
        RevisionedResource read, ImageReference image, Func<Move> then, CancellationToken cancellation) =>
        Standing.Of(read, Target, image) switch
        {
            // The old image does not come up anew: users are served by its old revision all the while.
            Standing.Failing when order.Before.Revision is { } served && TrafficPlan.Serving(read) is [var only] && only == served =>
                Ended(new StepResult.Done(served)),
            Standing.Failing => GiveUpOr(await ExplainAsync(read, cancellation), () => Anew(read, image)),
            Standing.Converging it => new Move.Wait(it.What),
            Standing.Settled it when await NotRunningAsync(it.Revision, image, cancellation) is { } what => new Move.Wait(what),
            Standing.Settled => then(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private async Task<StepResult?> DriftAsync(RevisionedResource read, string? revision, CancellationToken cancellation)
    {
        foreach (var name in await OthersAsync(read, _image, revision, cancellation))
        {
            if (name == revision || await IsOurOwnAsync(read, name, order.Before, cancellation))
                continue;
            var runs = await ImageOfAsync(name, cancellation);
            if (!Containers.IsSame(runs, order.Before.Image))
                return Drifted(read, $"serves {name} with {runs?.ToString() ?? "an image we cannot read"}", _image.ToString());
        }

        return null;
    }

    private Move.Write Anew(RevisionedResource read, ImageReference image)
    {
        var write = Write(read, image, read.Traffic, Restore);
        Annotations.Set(write.Next.TemplateAnnotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        return write;
    }

    private Move.Write Write(RevisionedResource read, ImageReference? image, IReadOnlyList<TrafficTarget> traffic, int step)
    {
        var next = Next(read, image, traffic);
        Annotations.Write(next.Annotations, order);
        return new(next, step);
    }
}
