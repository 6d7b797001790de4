using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// A job runs to its end, once. One write gives it the image and starts the execution; the execution's name follows from the order, and where
/// there is one of that name nothing is started any more.
/// </summary>
internal sealed class JobRun(Means means, Effect.RunOnce order) : JobLoop(means, order.Job)
{
    private const int Start = 1;

    private readonly ImageReference _image = order.Image.Reference;

    private string Name => $"{Target.Name}-{order.RunAs}";

    private bool IsLate => Means.Clock.GetUtcNow() >= order.Deadline;

    protected override async Task<Move> JudgeAsync(JobResource read, CancellationToken cancellation)
    {
        // The job was read first: if its etag still fits when we write, nobody has written since.
        if (await FindAsync(order.RunAs, cancellation) is { } execution)
            return Follow(execution);
        var other = await RunningAsync(read, order.RunAs, cancellation);
        if (IsLate)
            return Failed("job.deadline", $"execution {Name} had not begun when its time ended at {order.Deadline:u}{(other is null ? "" : $"; {other}")}", null);
        if (other is not null)
            return new Move.Wait(other);
        if (!Containers.TryFind(read, Target, out _, out var why))
            return Ended(new StepResult.Failed(why));
        if (!IsToldToStart(read, order.RunAs))
            return Write(read, anew: false);

        return Standing.Of(read, Target, _image) switch
        {
            Standing.Failing => GiveUpOr(Explain(read), () => Write(read, anew: true)),
            Standing.Converging it => new Move.Wait(it.What),
            _ => new Move.Wait($"execution {Name} is started and not to be seen yet"),
        };
    }

    private Move Follow(Execution execution)
    {
        var log = LogOf(execution);
        if (EndOf(execution) is { } end)
        {
            if (end.State is State.ConditionSucceeded)
                return Ended(new StepResult.Done(null) { LogUrl = log });
            return IsCancelled(execution, end)
                ? Failed("job.cancelled", $"execution {Name} was cancelled: {Counts(execution)}", log)
                : Failed("job.failed", $"execution {Name} failed (\"{Sentences.OneLine(end.Message)}\"): {Counts(execution)}", log);
        }

        if (IsLate)
            return Failed("job.deadline", $"execution {Name} had not ended at {order.Deadline:u}: {Counts(execution)}", log);
        return new Move.Wait($"execution {Name} runs: {Counts(execution)}{Where(log)}");
    }

    private static bool IsCancelled(Execution execution, Condition end) =>
        end.ExecutionReason is ExecutionReason.Cancelled or ExecutionReason.Cancelling or ExecutionReason.Deleted
        || (execution.CancelledCount > 0 && execution.FailedCount == 0);

    private static string Counts(Execution execution) =>
        $"of {execution.TaskCount} tasks {execution.SucceededCount} succeeded, {execution.FailedCount} failed, "
        + $"{execution.CancelledCount} were cancelled, {execution.RunningCount} run, and {execution.RetriedCount} were retried";

    private static string Where(string? log) => log is null ? "" : $"; logs: {Sentences.OneLine(log)}";

    private Move Failed(string code, string what, string? log) =>
        Ended(new StepResult.Failed(new Reason(code, $"{Target}: {what}{Where(log)}")));

    private Move.Write Write(JobResource read, bool anew)
    {
        var next = Next(read, _image, order.RunAs);
        if (!order.Args.IsDefaultOrEmpty && Containers.TryFind(next, Target, out var container, out _))
        {
            container.Args.Clear();
            container.Args.AddRange(order.Args);
        }

        if (anew)
            Annotations.Set(next.TemplateAnnotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        return new(next, Start);
    }
}
