using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>A job comes to run an image, and is started once with it where that is ordered. Before all of it is due it is only looked at.</summary>
internal sealed class JobApply(Means means, Effect.Apply order) : JobLoop(means, order.Target)
{
    private const int Change = 1;
    private const int Start = 2;

    private readonly ImageReference _image = order.Image.Reference;
    private Footing? _found;

    protected override async Task<Move> JudgeAsync(JobResource read, CancellationToken cancellation)
    {
        if (!Containers.TryFind(read, Target, out var container, out var why))
            return Ended(new StepResult.Failed(why));

        var before = order.Before ?? (HasWritten ? _found : null) ?? Annotations.BeforeOf(read.Annotations, order);
        var ours = Containers.Runs(container, _image);
        if (!ours)
        {
            var told = ImageReference.TryParse(container.Image, out var image) ? image : null;
            if (before is not null && !Containers.IsSame(told, before.Image) && !IsOurs(read, container))
                return Ended(new StepResult.Drifted(new("target.drifted",
                    $"{Target} is told to run {Excerpt.Of(container.Image)}, and {before.Image?.ToString() ?? "another image"} was expected; "
                    + $"it was changed last by {Excerpt.Of(read.LastModifier)}")));
            before ??= _found = new Footing(told, null);
        }

        if (order.Percent < 100)
            return Done(before, null);

        var execution = order.RunAs is { } token ? await FindAsync(token, cancellation) : null;
        if (order.RunAs is { } next && execution is null && await RunningAsync(read, next, cancellation) is { } other)
            return new Move.Wait(other);
        return ours ? Follow(read, before, execution) : Write(read, before, Change, start: execution is null);
    }

    private Move Follow(JobResource read, Footing? before, Execution? execution)
    {
        var starts = execution is null && order.RunAs is not null;
        if (starts && !IsToldToStart(read, order.RunAs!))
            return Write(read, before, Start, start: true);

        return Standing.Of(read, Target, _image) switch
        {
            Standing.Failing => GiveUpOr(Explain(read), () => Anew(read, before, starts)),
            Standing.Converging it => new Move.Wait(it.What),
            Standing.Settled => Done(before, execution),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Move.Write Anew(JobResource read, Footing? before, bool starts)
    {
        var write = Write(read, before, Change, starts);
        Annotations.Set(write.Next.TemplateAnnotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        return write;
    }

    private Move.Write Write(JobResource read, Footing? before, int step, bool start)
    {
        var next = Next(read, _image, start ? order.RunAs : null);
        Annotations.Write(next.Annotations, order, before, canary: null);
        return new(next, step);
    }

    private Move Done(Footing? before, Execution? execution) => Ended(new StepResult.Done(null)
    {
        Before = before == order.Before ? null : before,
        LogUrl = LogOf(execution),
    });
}
