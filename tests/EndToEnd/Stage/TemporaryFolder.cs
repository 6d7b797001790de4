namespace CdAutomation.EndToEnd.Stage;

/// <summary>A folder of one test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    // Short: engines make socket names of paths below it.
    public string Path { get; } = Directory.CreateTempSubdirectory("cda-").FullName;

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // An engine that was killed may have left a mount; the folder is the system's to clean up then.
        }
    }
}
