namespace CdAutomation.Cli.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cda-cli-").FullName;

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Asks until there is an answer, for a minute at most.</summary>
internal static class Eventually
{
    public static async Task<string> GetAsync(HttpClient http, string url)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                return await http.GetStringAsync(url, late.Token);
            }
            catch (HttpRequestException) when (!late.IsCancellationRequested)
            {
                await Task.Delay(20, late.Token);
            }
        }
    }
}
