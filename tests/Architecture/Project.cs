using System.Xml.Linq;

namespace CdAutomation.Architecture;

/// <summary>A project as its file says, nothing evaluated.</summary>
/// <param name="File">Relative to the repository.</param>
internal sealed record Project(string File, XElement Content)
{
    public string Name => Path.GetFileNameWithoutExtension(File);

    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    /// <summary>Whether it lies under functions/: a room of the house.</summary>
    public bool IsRoom => File.StartsWith("functions/", StringComparison.Ordinal);

    public string RootNamespace => Property("RootNamespace") ?? $"CdAutomation.{Name}";

    /// <summary>Names of the projects it references.</summary>
    public IReadOnlyList<string> References => [.. Included("ProjectReference").Select(Path.GetFileNameWithoutExtension).OfType<string>()];

    public IReadOnlyList<string> Packages => [.. Included("PackageReference")];

    /// <summary>Assemblies referenced past projects and packages.</summary>
    public IReadOnlyList<string> Assemblies => [.. Included("Reference")];

    public string? Property(string name) => Content.Descendants(name).SingleOrDefault()?.Value;

    public static Project Read(string file) => new(file, XElement.Parse(Repository.Text(file)));

    private IEnumerable<string> Included(string item) =>
        Content.Descendants(item).Select(it => it.Attribute("Include")?.Value.Replace('\\', '/') ?? "");
}
