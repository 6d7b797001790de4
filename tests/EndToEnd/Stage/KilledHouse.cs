namespace CdAutomation.EndToEnd.Stage;

/// <summary>One push of the storm.</summary>
/// <param name="Number">Of the pipeline <c>pN</c>, whose image and service are <c>sN</c>.</param>
/// <param name="Version">The tag.</param>
/// <param name="Image">What is pushed.</param>
internal sealed record StormPush(int Number, string Version, OciLayout Image);

/// <summary>A <c>cdctl up</c> that is killed and started again on the same folders, while others push to it.</summary>
internal sealed class KilledHouse(UpFolder folder, Random random) : IAsyncDisposable
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(3);

    /// <summary>Who is refused comes back a moment later, as builds do.</summary>
    private static readonly TimeSpan PauseOfPushers = TimeSpan.FromMilliseconds(200);

    private volatile string _registry = "";
    private int _refused;

    public Up Up { get; private set; } = null!;

    /// <summary>Pushes that were not taken, and tried again by whoever pushed.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public int Kills { get; private set; }

    public async Task StartAsync()
    {
        Up = await Up.StartAsync(folder, "--simulate");
        _registry = Up.Registry;
    }

    /// <summary>Pushes as a build does that tries again for as long as the registry is away.</summary>
    public Task PushAsync(StormPush push) => Eventually.SeesAsync(
        $"s{push.Number}:{push.Version} is taken by the registry",
        async () =>
        {
            var tried = await Skopeo.TryPushAsync(push.Image.Reference, _registry, $"acme/app/s{push.Number}:{push.Version}");
            if (tried.Code != 0)
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(PauseOfPushers, TimeProvider.System);
            }

            return tried;
        },
        tried => tried.Code == 0);

    /// <summary>Kills it at some moment of its work and, every third time or so, once more at some moment of its start.</summary>
    public async Task KillAndRestartAsync()
    {
        await RandomMomentAsync();
        await Up.KillAsync();
        await Up.DisposeAsync();
        await TellAsync("while it worked");

        if (random.Next(3) == 0)
        {
            await using var starting = Up.Begin(folder, ["--simulate"]);
            await RandomMomentAsync();
            await starting.KillAsync();
            await TellAsync("while it started");
        }

        await StartAsync();
    }

    public ValueTask DisposeAsync() => Up?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task RandomMomentAsync() => Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System);

    private Task TellAsync(string when)
    {
        Kills++;
        return TestContext.Out.WriteLineAsync($"kill {Kills} {when}");
    }
}
