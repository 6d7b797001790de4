namespace CdAutomation.Cli.Up;

/// <summary>The sample policies of infra/policies, which travel inside the program.</summary>
internal static class Sample
{
    private const string Prefix = "sample/";

    public static void WriteTo(string folder)
    {
        var assembly = typeof(Sample).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name[Prefix.Length..]));
            resource.CopyTo(file);
        }
    }
}
