using System.Diagnostics;
using CdAutomation.LocalCloud.Run;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>Runs one attempt of a task as a container, from its start to its end.</summary>
internal sealed class TaskLauncher(ContainerLauncher launcher, ContainerEngine engine, LocalRunOptions options, string owner)
{
    public async Task<AttemptEnd> RunAsync(TaskAttempt attempt, CancellationToken cancellation)
    {
        var container = TemplateDefaults.Ingress(attempt.Body.Containers);
        var (image, problem) = await launcher.ImageAsync(container, attempt.Image.Digest, cancellation);
        if (image is null) return new AttemptEnd.NotBegun(problem!);

        var name = launcher.NameFor(attempt.Body.Name);
        var arguments = ContainerArguments.Run(engine, name, owner, image, container, Variables(attempt), port: null);
        using var process = engine.Start(arguments);
        process.StandardInput.Close();
        var output = ContainerOutput.KeepAsync(process, options.DataDirectory, RevisionPath.ShortName(attempt.Body.Name));
        try
        {
            return await EndAsync(process, attempt.Body.Timeout.ToTimeSpan(), cancellation);
        }
        finally
        {
            if (!process.HasExited) await launcher.StopAsync(name, CancellationToken.None);
            if (!process.HasExited) process.Kill();
            await output;
        }
    }

    private async Task<AttemptEnd> EndAsync(Process process, TimeSpan timeout, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(timeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
            return new AttemptEnd.Exited(process.ExitCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new AttemptEnd.TimedOut();
        }
    }

    // The container contract for jobs.
    private static (string, string)[] Variables(TaskAttempt attempt) =>
    [
        ("CLOUD_RUN_JOB", RevisionPath.ShortName(attempt.Body.Job)),
        ("CLOUD_RUN_EXECUTION", RevisionPath.ShortName(attempt.Body.Execution)),
        ("CLOUD_RUN_TASK_INDEX", $"{attempt.Body.Index}"),
        ("CLOUD_RUN_TASK_COUNT", $"{attempt.TaskCount}"),
        ("CLOUD_RUN_TASK_ATTEMPT", $"{attempt.Body.Retried}"),
    ];
}
