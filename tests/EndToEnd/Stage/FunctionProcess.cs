using System.Text.RegularExpressions;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>One function in a process of its own, as a container runs it: FUNCTION_TARGET names it, the rest configures it.</summary>
internal sealed partial class FunctionProcess : IAsyncDisposable
{
    private readonly OwnProcess _process;

    private FunctionProcess(OwnProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>What it logged so far.</summary>
    public string Log => string.Join('\n', _process.Output.Concat(_process.Error));

    /// <param name="function">The class, e.g. <c>OnImagePushed</c>.</param>
    /// <param name="environment">Its configuration.</param>
    public static async Task<FunctionProcess> StartAsync(string function, IReadOnlyDictionary<string, string?> environment)
    {
        var variables = new Dictionary<string, string?>(environment)
        {
            ["FUNCTION_TARGET"] = $"CdAutomation.Triggers.{function}",
            ["PORT"] = "0",
        };
        var process = OwnProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "CdAutomation.Triggers.dll")], variables);
        var listening = await Eventually.SeesAsync(
            $"{function} listens",
            () => ListeningPattern().Match(string.Join('\n', process.Output)),
            match => match.Success || !process.IsRunning);
        Assert.That(listening.Success, Is.True, string.Join('\n', process.Output.Concat(process.Error)));
        return new(process, new Uri(listening.Value));
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex ListeningPattern();
}
