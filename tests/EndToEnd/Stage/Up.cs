using System.Text.Json;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>A running <c>cdctl up --json</c>: the real program in a process of its own.</summary>
internal sealed class Up : IAsyncDisposable
{
    private readonly OwnProcess _process;
    private readonly JsonElement _addresses;

    private Up(UpFolder folder, OwnProcess process, JsonElement addresses) =>
        (Folder, _process, _addresses) = (folder, process, addresses);

    public UpFolder Folder { get; }

    /// <summary>A URL.</summary>
    public string Web => At("web");

    /// <summary><c>host:port</c>.</summary>
    public string Registry => At("registry");

    /// <summary><c>host:port</c>.</summary>
    public string Run => At("run");

    /// <summary><c>host:port</c>.</summary>
    public string PubSub => At("pubsub");

    /// <summary>A URL.</summary>
    public string Services => At("services");

    /// <summary><c>containers</c> or <c>simulated</c>.</summary>
    public string Revisions => At("revisions");

    /// <summary>All of them, to compare one start with another.</summary>
    public string Addresses => _addresses.GetRawText();

    /// <summary>What it said on standard error so far.</summary>
    public string Complaints => string.Join('\n', _process.Error);

    public bool IsRunning => _process.IsRunning;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it and waits for its first line, after which it can be used.</summary>
    /// <param name="folder">Its folders.</param>
    /// <param name="arguments">Beside <c>--json --data --policies</c>.</param>
    public static Task<Up> StartAsync(UpFolder folder, params string[] arguments) =>
        ReadyAsync(folder, Begin(folder, arguments));

    /// <summary>Starts it and does not wait.</summary>
    public static OwnProcess Begin(UpFolder folder, IReadOnlyList<string> arguments, params (string Key, string Value)[] environment)
    {
        var variables = folder.Environment;
        foreach (var (key, value) in environment)
            variables[key] = value;
        string[] usual = ["up", "--json", "--data", folder.Data, "--policies", folder.Policies];
        return OwnProcess.Start("dotnet", [Cdctl.Program, .. usual, .. arguments], variables);
    }

    /// <summary>Waits for what <see cref="Begin"/> has started.</summary>
    public static async Task<Up> ReadyAsync(UpFolder folder, OwnProcess process)
    {
        try
        {
            using var line = JsonDocument.Parse(await process.FirstLineAsync());
            return new(folder, process, line.RootElement.Clone());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs another <c>cdctl</c> against it, from the outside: with its web address and its token.</summary>
    public Task<Command> CdctlAsync(params string[] arguments) => Cdctl.RunAsync(Folder, [.. arguments, "--url", Web], Folder.Token);

    /// <summary>Everything decided of a pipeline's images, oldest first.</summary>
    public async Task<Why> WhyAsync(string pipeline, string? image = null)
    {
        string[] of = image is null ? [] : ["--image", image];
        return Why.Parse((await CdctlAsync(["why", pipeline, "--json", .. of])).Output);
    }

    /// <summary>Waits until an image was answered with a reason.</summary>
    public Task<Why> ToldAsync(string pipeline, string tag, string code, int times = 1) => Eventually.SeesAsync(
        $"{pipeline} {tag} is answered {code} {times} time(s)",
        () => WhyAsync(pipeline),
        why => why.Of(tag).Count(line => line.Code == code) >= times);

    public Task KillAsync() => _process.KillAsync();

    /// <summary>Ends it in order; its exit code.</summary>
    public Task<int> StopAsync() => _process.StopAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private string At(string name) => _addresses.GetProperty(name).GetString()!;
}
