using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>
/// A test that runs a program of the machine says so by its category, and verify.sh knows what the category needs: so that a machine
/// without it leaves the test out by name, and nothing is ever skipped in silence.
/// </summary>
public sealed partial class MachineParts
{
    [Test]
    public async Task A_test_that_runs_a_program_of_the_machine_is_in_a_category_that_brings_it()
    {
        var programs = await ProgramsAsync();
        var known = programs.Values.SelectMany(it => it).ToHashSet();
        Findings.None(
            "[Category(\"…\")], as tests/verify.sh has them, for every program that the test or what it is built on runs.",
            from project in Repository.Projects
            where !project.IsRoom && project.Name != "Architecture"
            let files = SourceFile.Of(project)
            from file in files
            where file.HasTests
            from program in Reached(file, files).SelectMany(it => it.Literals).Distinct().Where(known.Contains)
            where !file.Categories.Any(it => programs.TryGetValue(it, out var brought) && brought.Contains(program))
            select $"{file.Path}: runs {program}, needs {string.Join(" or ", programs.Where(it => it.Value.Contains(program)).Select(it => it.Key))}");
    }

    [Test]
    public async Task Every_category_is_known_to_verify()
    {
        var known = (await ProgramsAsync()).Keys.Append("Format");
        Findings.None(
            "A category that tests/verify.sh does not know cannot be left out where its parts are missing.",
            from file in Repository.Sources
            where file.StartsWith("tests/", StringComparison.Ordinal)
            from Match category in Category().Matches(Repository.Text(file))
            where !known.Contains(category.Groups["name"].Value)
            select $"{file}: {category.Groups["name"].Value}");
    }

    private static async Task<Dictionary<string, string[]>> ProgramsAsync()
    {
        const string script = "source tests/verify.sh; for it in $CATEGORIES; do echo \"$it $(programs_of \"$it\")\"; done";
        var result = await Tool.RunAsync("bash", ["-c", script]);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(it => it.Split(' '))
            .ToDictionary(it => it[0], it => it.Skip(1).Select(pair => pair.Split(':')[0]).ToArray());
    }

    /// <summary>The file, and what it is built on: files without tests that declare a type it names, and theirs.</summary>
    private static HashSet<SourceFile> Reached(SourceFile file, IReadOnlyList<SourceFile> files)
    {
        HashSet<SourceFile> reached = [file];
        var next = new Queue<SourceFile>(reached);
        while (next.TryDequeue(out var from))
        {
            foreach (var to in files.Where(it => !it.HasTests && it.Types.Overlaps(from.Words) && reached.Add(it)))
                next.Enqueue(to);
        }

        return reached;
    }

    private sealed class SourceFile(string path, string code)
    {
        public string Path => path;

        public bool HasTests { get; } = code.Contains("[Test", StringComparison.Ordinal);

        public HashSet<string> Types { get; } = [.. Declared().Matches(code).Select(it => it.Groups["name"].Value)];

        public HashSet<string> Words { get; } = [.. Word().Matches(code).Select(it => it.Value)];

        public IEnumerable<string> Literals { get; } = [.. Literal().Matches(code).Select(it => it.Groups["text"].Value)];

        public IEnumerable<string> Categories { get; } = [.. Category().Matches(code).Select(it => it.Groups["name"].Value)];

        public static IReadOnlyList<SourceFile> Of(Project project) =>
        [
            .. Repository.Sources
                .Where(it => it.StartsWith(project.Folder + "/", StringComparison.Ordinal))
                .Select(it => new SourceFile(it, string.Join('\n', Repository.Lines(it).Select(SourceText.OnlyCode)))),
        ];
    }

    [GeneratedRegex("""Category(\(|\s*=\s*)"(?<name>\w+)"\s*[,)\]]""")]
    private static partial Regex Category();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+(?<name>[A-Z]\w+)")]
    private static partial Regex Declared();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Word();

    [GeneratedRegex("""
        "(?<text>[a-z][a-z-]+)"
        """)]
    private static partial Regex Literal();
}
