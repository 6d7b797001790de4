using CdAutomation.LocalCloud.Run;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>One container from its start to its end; never started twice.</summary>
internal sealed class ContainerInstance
{
    private readonly ContainerLauncher _launcher;
    private readonly TaskCompletionSource<StartResult> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;

    public ContainerInstance(ContainerLauncher launcher, RunnableRevision revision, CancellationToken stopping)
    {
        _launcher = launcher;
        _name = launcher.NameFor(revision.Body.Name);
        Ended = Task.Run(() => RunAsync(revision, stopping), CancellationToken.None);
    }

    /// <summary>How the start went; cancelled when the host stops in between.</summary>
    public Task<StartResult> Started => _started.Task;

    /// <summary>Ends when nothing of it runs any more; never fails.</summary>
    public Task Ended { get; }

    /// <summary>It does not serve, and will not again.</summary>
    public bool IsOver => Ended.IsCompleted || _started.Task is { IsCompletedSuccessfully: true, Result: StartResult.Failed };

    /// <summary>Asks the program to end (SIGTERM), kills it 10 seconds later, and waits until it is gone.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _launcher.StopAsync(_name, cancellation);
        await Ended.WaitAsync(cancellation);
    }

    private async Task RunAsync(RunnableRevision revision, CancellationToken stopping)
    {
        try
        {
            await _launcher.RunAsync(_name, revision, _started, stopping);
        }
        catch (OperationCanceledException)
        {
            _started.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception problem) when (problem is IOException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            _started.TrySetResult(
                StartResult.Failed.Unhealthy($"The container engine could not be used: {Refusal.Shown(problem.Message)}."));
        }
    }
}
