using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>What the documents name is there, and what they tell people to type is run by a test.</summary>
public sealed partial class Documents
{
    private static readonly string[] Commands = ["dotnet", "bash", "cdctl", "skopeo", "gcloud", "terraform"];

    private static IEnumerable<string> Files => Repository.Files.Where(it => Document().IsMatch(it));

    [Test]
    public void The_documents_are_found() => Assert.That(Files, Is.SupersetOf(new[] { "README.md", "functions/README.md", "infra/policies/README.md" }));

    [Test]
    public void Every_link_leads_somewhere() => Findings.None(
        "A relative link names a file or folder beside its document.",
        from file in Files
        from match in Link().Matches(Repository.Text(file))
        let path = match.Groups["path"].Value.Split('#')[0]
        where path.Length > 0 && !path.Contains("://", StringComparison.Ordinal) && !path.StartsWith("mailto:", StringComparison.Ordinal)
        where !Exists(file, path)
        select $"{file}: {path}");

    [Test]
    public void Every_path_in_code_style_exists() => Findings.None(
        "A path in back quotes exists, from its document, its folder's top or the repository's top.",
        from file in Files
        from match in CodePath().Matches(WithoutFences(Repository.Text(file)))
        let path = match.Groups["path"].Value
        where IsOurs(path) && !Exists(file, path)
        select $"{file}: {path}");

    [Test]
    public void Every_command_is_run_by_a_test()
    {
        var known = CommandList.Read().Select(it => it.Command).ToHashSet();
        Findings.None(
            $"A command that people are told to type stands in {CommandList.File} with the test that runs it.",
            from file in Files from command in Fenced(Repository.Text(file)) where !known.Contains(command) select $"{file}: {command}");
    }

    [Test]
    public void Every_command_of_the_list_is_in_a_document_and_its_test_exists() => Findings.None(
        $"{CommandList.File} lists what the documents say and what the tests run.",
        CommandList.Read()
            .Where(it => !Files.SelectMany(file => Fenced(Repository.Text(file))).Contains(it.Command))
            .Select(it => $"in no document: {it.Command}")
            .Concat(CommandList.Read().Where(it => it.Objection is not null).Select(it => $"{it.Command}: {it.Test}: {it.Objection}")));

    /// <summary>The lines of the fenced blocks, block by block.</summary>
    internal static IEnumerable<string[]> Blocks(string text) => Fence().Matches(text).Select(it => it.Groups["body"].Value.Split('\n'));

    /// <summary>Commands of the fenced blocks, those behind a pipe too, without comment or prompt.</summary>
    internal static IEnumerable<string> Fenced(string text) =>
        from line in Blocks(text).SelectMany(it => it)
        from part in Pipe().Split(Comment().Replace(line, ""))
        let command = part.Trim().TrimStart('$').Trim()
        where Commands.Contains(command.Split(' ')[0])
        select command;

    private static string WithoutFences(string text) => Fence().Replace(text, "");

    // A word with a slash that begins with a folder of ours, or ends as our files do.
    private static bool IsOurs(string path) =>
        !path.Contains("://", StringComparison.Ordinal)
        && (Repository.Files.Any(it => it.StartsWith(path.Split('/')[0] + "/", StringComparison.Ordinal)) || OurEnding().IsMatch(path));

    private static bool Exists(string document, string path)
    {
        string[] from = [Path.GetDirectoryName(document)!, "", "functions"];
        return from.Select(it => Path.GetFullPath(Path.Combine(Repository.Root, it, path)))
            .Any(it => it.StartsWith(Repository.Root, StringComparison.Ordinal) && (File.Exists(it) || Directory.Exists(it)));
    }

    [GeneratedRegex(@"^README\.md$|^functions/(.+/)?README\.md$|^infra/(.+/)?[^/]+\.md$|^tests/(.+/)?README\.md$|^functions/decisions/[^/]+\.md$")]
    private static partial Regex Document();

    [GeneratedRegex(@"\]\((?<path>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>[\w.-]+(/[\w.-]+)+/?)`")]
    private static partial Regex CodePath();

    [GeneratedRegex(@"\.(cs|csproj|md|sh|yaml|yml|json|props|targets|proto|sln)$")]
    private static partial Regex OurEnding();

    [GeneratedRegex(@"^ *(?<mark>```|~~~)[^\n]*\n(?<body>.*?)^ *\k<mark>", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s\|\s|\s&&\s")]
    private static partial Regex Pipe();
}
