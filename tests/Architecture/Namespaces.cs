using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>A type is found where its namespace says.</summary>
public sealed partial class Namespaces
{
    // A folder may sort what one namespace holds; it never holds another's.
    [Test]
    public void A_namespace_is_the_room_and_the_folder() => Findings.None(
        "A source's namespace is its project's, followed by its folders or the first of them.",
        from project in Repository.Projects
        from file in Repository.Sources
        where file.StartsWith(project.Folder + "/", StringComparison.Ordinal)
        let declared = Declared().Match(Repository.Text(file)).Groups["name"].Value
        where declared.Length > 0 && !(Leads(project.RootNamespace, declared) && Leads(declared, Whole(project, file)))
        select $"{file}: {declared} instead of {Whole(project, file)}");

    [Test]
    public void A_namespace_is_written_for_the_whole_file() => Findings.None(
        "Namespaces are file-scoped; only a program's statements have none.",
        from file in Repository.Sources
        let text = Repository.Text(file)
        where BlockScoped().IsMatch(text) || (!Declared().IsMatch(text) && DeclaresType().IsMatch(text))
        select file);

    private static bool Leads(string outer, string inner) => inner == outer || inner.StartsWith(outer + ".", StringComparison.Ordinal);

    private static string Whole(Project project, string file) =>
        string.Join('.', [project.RootNamespace, .. file[(project.Folder.Length + 1)..].Split('/').SkipLast(1)]);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);\r?$", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^namespace [\w.]+\s*$", RegexOptions.Multiline)]
    private static partial Regex BlockScoped();

    [GeneratedRegex(@"^(public |internal |sealed |static |abstract |partial |readonly )*(class|record|struct|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex DeclaresType();
}
