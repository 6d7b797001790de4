namespace CdAutomation.Cli.Up;

/// <summary>Policies that travel inside the program, and are written into a policy folder that is empty.</summary>
internal sealed class Sample
{
    private const string UsualPrefix = "sample/";
    private const string Schema = UsualPrefix + "policy.schema.json";

    private readonly string _prefix;

    private Sample(string prefix) => _prefix = prefix;

    /// <summary>Those of infra/policies.</summary>
    public static Sample Usual { get; } = new(UsualPrefix);

    /// <summary>The one of the story about a rollout.</summary>
    public static Sample Rollout { get; } = new("rollout/");

    /// <summary>Writes them, and the schema that they name.</summary>
    public void WriteTo(string folder)
    {
        var assembly = typeof(Sample).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name == Schema || name.StartsWith(_prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]));
            resource.CopyTo(file);
        }
    }

    /// <summary>The text of one of the usual ones.</summary>
    public static string Read(string file)
    {
        using var reader = new StreamReader(typeof(Sample).Assembly.GetManifestResourceStream(UsualPrefix + file)!);
        return reader.ReadToEnd();
    }
}
