namespace CdAutomation.EndToEnd.Stage;

/// <summary>One instance of a function that is killed at random and started again, as whatever runs it would.</summary>
internal sealed class MortalWorker(string function, IReadOnlyDictionary<string, string?> environment, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestDeath = TimeSpan.FromSeconds(1);

    private FunctionProcess? _process;
    private volatile Uri? _address;

    /// <summary>Where it listens; null while it is dead or starts.</summary>
    public Uri? Address => _address;

    public int Kills { get; private set; }

    public async Task StartAsync()
    {
        _process = await FunctionProcess.StartAsync(function, environment);
        _address = _process.Address;
    }

    /// <summary>Lives and dies until it is told that it is enough, and is left alive.</summary>
    public async Task LiveAndDieAsync(CancellationToken enough)
    {
        while (true)
        {
            try
            {
                await Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System, enough);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // Its address stays for as long as a balancer needs to notice: some requests run into the dead.
            await _process!.KillAsync();
            Kills++;
            await Task.Delay(LongestDeath * random.NextDouble(), TimeProvider.System, CancellationToken.None);
            _address = null;
            await _process.DisposeAsync();
            await StartAsync();
        }
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
