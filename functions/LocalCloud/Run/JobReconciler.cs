using System.Threading.Channels;
using Google.Cloud.Run.V2;
using Microsoft.Extensions.Logging;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Brings each job to what is written of it: looks its images up, has its executions run, and ends its operations.</summary>
internal sealed class JobReconciler(
    RunStore store, ImageFinder images, ExecutionRuns runs, JobSettlement settlement, OperationBook operations, LocalRunOptions options,
    ILogger logger, CancellationToken stopping)
    : ReconcileLoops(operations, options.Clock, logger, stopping)
{
    /// <summary>Goes on with whatever an earlier process left.</summary>
    public void WakeAll()
    {
        foreach (var job in store.Read(tables => tables.JobNames)) Wake(job);
    }

    protected override async Task<bool> StepAsync(string name, ChannelReader<bool> signal)
    {
        var (job, running, open) = store.Read(tables =>
            (tables.Find<Job>(name), tables.Open<Execution>(name), tables.OpenOperations(name)));
        if (job is null) return false;
        foreach (var execution in running)
        {
            var (begun, ended) = runs.Ensure(execution.Body.Name);
            // A cancellation is written down before it reaches the run, which may have begun in between.
            if (ExecutionBook.IsCancelling(execution.Body)) runs.Cancel(execution.Body.Name);
            // A job can wait for the start of an execution.
            if (execution.Body.StartTime is null) _ = WakeAfterAsync(begun, name);
            _ = AwaitAsync(ended, name);
        }

        if (settlement.End(name)) return true;
        var newest = open.FirstOrDefault(it => it.Kind == OperationKind.Reconcile)?.Body.Name ?? "";
        if (job.Body is { Reconciling: true, DeleteTime: null } && settlement.HeldUntil(newest) is null)
        {
            var task = job.Body.Template.Template;
            var (_, problem) = await images.FindAsync(task.Containers, TemplateDefaults.Ingress(task.Containers));
            if (settlement.Settle(name, job.Body.Generation, problem)) return true;
        }

        if (open.Select(it => settlement.HeldUntil(it.Body.Name)).Min() is not { } until || until == DateTimeOffset.MaxValue) return false;
        await WaitAsync([], until - options.Clock.GetUtcNow(), signal);
        return true;
    }

    /// <summary>A run that failed is joined again after a while: by then it can be another one.</summary>
    private async Task AwaitAsync(Task run, string name)
    {
        try
        {
            await run;
            Wake(name);
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // The host is going; the next one goes on.
        }
        catch (Exception problem)
        {
            await TryAgainAsync(name, problem);
        }
    }
}
