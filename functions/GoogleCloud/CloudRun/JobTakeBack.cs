using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// A job goes back to the image it had, which is written down also where it has it, as for services. What was started goes on, and what was
/// told to start is seen to have started first.
/// </summary>
internal sealed class JobTakeBack(Means means, Effect.TakeBack order) : JobLoop(means, order.Target)
{
    private const int Restore = 1;
    private const int Confirm = 2;

    protected override async Task<Move> JudgeAsync(JobResource read, CancellationToken cancellation)
    {
        var move = Look(read);
        if (move is Move.End { Result: StepResult.Done } && !Annotations.AreOf(read.Annotations, order))
            move = Write(read, order.Before.Image!, Confirm);
        return move is Move.Write && await StartingAsync(read, cancellation) is { } what ? new Move.Wait(what) : move;
    }

    private Move Look(JobResource read)
    {
        if (!Containers.TryFind(read, Target, out var container, out var why))
            return Ended(new StepResult.Failed(why));
        if (order.Before.Image is not { } image)
            return Ended(new StepResult.Failed(new("target.noWayBack", $"{Target} cannot go back: what it ran before is not known")));
        if (Containers.Runs(container, image))
            return Follow(read, image);
        if (Containers.Runs(container, order.Image.Reference) || IsOurs(read, container))
            return Write(read, image);
        return Ended(new StepResult.Drifted(new("target.drifted",
            $"{Target} is told to run {Excerpt.Of(container.Image)}, and {order.Image.Reference} was expected; "
            + $"it was changed last by {Excerpt.Of(read.LastModifier)}")));
    }

    private Move Follow(JobResource read, ImageReference image) => Standing.Of(read, Target, image) switch
    {
        Standing.Failing => GiveUpOr(Explain(read), () => Anew(read, image)),
        Standing.Converging it => new Move.Wait(it.What),
        Standing.Settled => Ended(new StepResult.Done(null)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Move.Write Anew(JobResource read, ImageReference image)
    {
        var write = Write(read, image);
        Annotations.Set(write.Next.TemplateAnnotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        return write;
    }

    private Move.Write Write(JobResource read, ImageReference image, int step = Restore)
    {
        var next = Next(read, image, null);
        Annotations.Write(next.Annotations, order);
        return new(next, step);
    }
}
