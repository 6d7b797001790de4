using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>
/// A command of the documents, and the test that runs it: <c>Project.Class.Test</c>, or a file that is itself the command. What speaks with
/// Google Cloud itself cannot be run by a test; it stands here as <c>not run: </c> with the reason.
/// </summary>
internal sealed partial record CommandList(string Command, string Test)
{
    public const string File = "tests/Architecture/commands.txt";

    /// <summary>What speaks against the test; nothing where the project has it, and names the command's own words.</summary>
    public string? Objection
    {
        get
        {
            if (Repository.Files.Contains(Test)) return null;
            if (Test.StartsWith("not run: ", StringComparison.Ordinal))
                return OnGoogleCloud().IsMatch(Command) ? null : "what does not speak with Google Cloud can be run";
            if (TestName().Match(Test) is not { Success: true } name) return "not of the form Project.Class.Test";
            var sources = Repository.Sources
                .Where(it => it.StartsWith($"tests/{name.Groups["project"].Value}/", StringComparison.Ordinal))
                .Select(Repository.Text).ToList();
            var method = new Regex($@"\b{name.Groups["test"].Value}\(");
            var type = new Regex($@"\bclass {name.Groups["type"].Value}\b");
            if (!sources.Any(it => method.IsMatch(it) && type.IsMatch(it))) return "there is no such test";
            // A test that reads the command out of its document says all of its words.
            if (name.Groups["project"].Value == "Architecture") return null;
            return Verbs.FirstOrDefault(word => !sources.Any(it => it.Contains($"\"{word}\"", StringComparison.Ordinal))) is { } missing
                ? $"its project never says \"{missing}\""
                : null;
        }
    }

    private IEnumerable<string> Verbs => Command.Replace("dotnet run --project functions/Cli --", "cdctl", StringComparison.Ordinal)
        .Split(' ').Skip(1)
        .Where((word, at) => at == 0 || word.StartsWith("--", StringComparison.Ordinal));

    /// <summary>The list: one a line, the test and the command with a tab between them.</summary>
    public static IEnumerable<CommandList> Read() => Repository.Lines(File)
        .Where(it => it.Length > 0 && it[0] != '#')
        .Select(it => it.Split('\t'))
        .Select(it => it is [var test, var command] ? new CommandList(command, test) : throw new FormatException($"{File}: {it[0]}"));

    [GeneratedRegex(@"^(gcloud|terraform) |[a-z0-9-]+-docker\.pkg\.dev")]
    private static partial Regex OnGoogleCloud();

    [GeneratedRegex(@"^(?<project>[\w.]+)\.(?<type>\w+)\.(?<test>\w+)$")]
    private static partial Regex TestName();
}
