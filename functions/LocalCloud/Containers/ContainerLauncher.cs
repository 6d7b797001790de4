using System.Diagnostics;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>Pulls, runs and removes containers by the engine's command line.</summary>
internal sealed class ContainerLauncher(ContainerEngine engine, LocalRunOptions options, string owner)
{
    private const string Running = "running";

    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(50);

    private readonly LoopbackPorts _ports = new();
    private int _number;

    /// <summary>A container name that no other run of this host has.</summary>
    public string NameFor(string resource) =>
        $"cdautomation-{owner}-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}-{RevisionPath.ShortName(resource)}";

    /// <summary>Runs a container from start to end, and says on the way how its start went.</summary>
    public async Task RunAsync(
        string name, RunnableRevision revision, TaskCompletionSource<StartResult> started, CancellationToken stopping)
    {
        var container = TemplateDefaults.Ingress(revision.Body.Containers);
        var (image, problem) = await ImageAsync(container, revision.Digest, stopping);
        if (image is null)
        {
            started.TrySetResult(problem!);
            return;
        }

        var port = _ports.Borrow();
        try
        {
            await RunAsync(name, image, revision, port, started, stopping);
        }
        finally
        {
            _ports.Return(port);
        }
    }

    public async Task StopAsync(string name, CancellationToken cancellation)
    {
        await engine.RunAsync(["stop", "-t", "10", name], null, cancellation);
        await engine.RunAsync(["rm", "-f", name], null, cancellation);
    }

    /// <summary>Removes every container of this host, those of an earlier process included.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellation)
    {
        var list = await engine.RunAsync(["ps", "-aq", "--filter", $"label={ContainerInstances.Label}={owner}"], null, cancellation);
        var ids = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ids.Length > 0) await engine.RunAsync(["rm", "-f", .. ids], null, cancellation);
    }

    private async Task RunAsync(
        string name, string image, RunnableRevision revision, int port, TaskCompletionSource<StartResult> started,
        CancellationToken stopping)
    {
        var arguments = ContainerArguments.Run(engine, name, owner, image, revision.Body, port);
        using var process = engine.Start(arguments);
        process.StandardInput.Close();
        var output = ContainerOutput.KeepAsync(process, options.DataDirectory, RevisionPath.ShortName(revision.Body.Name));
        try
        {
            started.TrySetResult(revision.IsWorker
                ? await WatchAsync(process, name, revision.Body, stopping)
                : await ProbeAsync(process, revision.Body, port, stopping));
            if (started.Task.Result is StartResult.Serving) await process.WaitForExitAsync(stopping);
        }
        finally
        {
            // Whatever ended it: the host stopping, the program itself, or a start that took too long.
            await engine.RunAsync(["rm", "-f", name], null, CancellationToken.None);
            if (!process.HasExited) process.Kill();
            await output;
        }
    }

    private async Task<StartResult> ProbeAsync(Process process, Revision revision, int port, CancellationToken stopping)
    {
        var probe = new StartupProbe(TemplateDefaults.Ingress(revision.Containers), port);
        var deadline = options.Clock.GetUtcNow() + options.StartTimeout;
        while (true)
        {
            if (process.HasExited) return probe.Failure($" The container exited with code {process.ExitCode}.{LogsAt(revision)}");
            if (await probe.AnswersAsync(stopping)) return new StartResult.Serving(new Uri($"http://127.0.0.1:{port}/"));
            if (options.Clock.GetUtcNow() >= deadline)
                return probe.Failure($" It was still running when its time was up.{LogsAt(revision)}");
            await Task.Delay(BetweenProbes, options.Clock, stopping);
        }
    }

    /// <summary>
    /// A worker listens nowhere: it has started when it is still there a moment after it began, which is not when the engine was asked: on a
    /// busy machine the engine takes longer than that moment.
    /// </summary>
    private async Task<StartResult> WatchAsync(Process process, string name, Revision revision, CancellationToken stopping)
    {
        var deadline = options.Clock.GetUtcNow() + options.StartTimeout;
        while (!process.HasExited && await StateAsync(name, stopping) is not (Running or "exited" or "stopped"))
        {
            if (options.Clock.GetUtcNow() >= deadline)
                return StartResult.Failed.ToStay($" The container engine did not begin it within its time.{LogsAt(revision)}");
            await Task.Delay(BetweenProbes, options.Clock, stopping);
        }

        await Task.WhenAny(process.WaitForExitAsync(stopping), Task.Delay(options.WorkerTrial, options.Clock, stopping));
        stopping.ThrowIfCancellationRequested();
        if (!process.HasExited && await StateAsync(name, stopping) is Running) return new StartResult.Serving(null);
        // The engine's own process ends a little after the container that it shows.
        await process.WaitForExitAsync(stopping);
        return StartResult.Failed.ToStay($" The container exited with code {process.ExitCode}.{LogsAt(revision)}");
    }

    /// <summary>How the engine calls the container's state; "" when it does not know the container yet.</summary>
    private async Task<string> StateAsync(string name, CancellationToken stopping) =>
        (await engine.RunAsync(["inspect", "--format", "{{.State.Status}}", name], null, stopping)).Output.Trim();

    private string LogsAt(Revision revision) =>
        ContainerOutput.FileOf(options.DataDirectory, RevisionPath.ShortName(revision.Name)) is { } file
            ? $" Logs URL: {new Uri(file)}"
            : "";

    /// <summary>
    /// The image under a local name made of its digest. It is pulled once, when its revision is created; later starts do not ask the
    /// registry any more, as on Cloud Run.
    /// </summary>
    public async Task<(string? Image, StartResult.Failed? Problem)> ImageAsync(
        Container container, string digest, CancellationToken stopping)
    {
        if (container.Env.FirstOrDefault(it => it.ValueSource is not null) is { } secret)
            return (null, StartResult.Failed.ToImport(
                StatusCode.FailedPrecondition,
                Condition.Types.CommonReason.SecretsAccessCheckFailed,
                $"'{Refusal.Shown(secret.Name)}' is to come from Secret Manager, which this machine does not have."));

        var reference = container.Image;
        var local = $"localhost/cdautomation-image:{digest["sha256:".Length..]}";
        if ((await engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", local], null, stopping)).ExitCode == 0) return (local, null);

        var repository = ImageReference.TryParse(reference)!;
        var lookup = await options.Images.FindAsync($"{repository.Host}/{repository.Path}@{digest}", stopping);
        if (lookup is not ImageLookup.Found found)
            return (null, StartResult.Failed.ToImport(
                StatusCode.NotFound, Condition.Types.CommonReason.ContainerMissing, $"Image '{reference}' not found."));

        string[] pull = engine.Name == "podman" ? ["pull", "-q", "--tls-verify=false"] : ["pull", "-q"];
        var pulled = await engine.RunAsync([.. pull, found.PullReference], null, stopping);
        var tagged = pulled.ExitCode == 0 ? await engine.RunAsync(["tag", found.PullReference, local], null, stopping) : pulled;
        return tagged.ExitCode == 0
            ? (local, null)
            : (null, StartResult.Failed.ToImport(
                StatusCode.Internal,
                Condition.Types.CommonReason.Internal,
                $"Container import failed: {Refusal.Shown(tagged.Complaint)}."));
    }
}
