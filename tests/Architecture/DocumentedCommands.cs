namespace CdAutomation.Architecture;

/// <summary>What the pages about policies tell people to type is typed, and says what it says there.</summary>
public sealed class DocumentedCommands
{
    private static readonly string[] Pages = ["infra/policies/README.md", "infra/policies/tags.md"];

    /// <summary>A line with a command, and the lines shown below it.</summary>
    private static IEnumerable<TestCaseData> Commands =>
        from page in Pages
        from block in Documents.Blocks(Repository.Text(page))
        from at in Enumerable.Range(0, block.Length)
        where IsCommand(block[at])
        let shown = block.Skip(at + 1).TakeWhile(it => it.Length > 0 && !IsCommand(it)).ToArray()
        select new TestCaseData(block[at], shown).SetArgDisplayNames(block[at].Length > 60 ? block[at][^60..] : block[at]);

    [TestCaseSource(nameof(Commands))]
    public async Task A_command_says_what_its_document_says(string command, string[] shown)
    {
        const string cdctl = "CdAutomation.Cli.dll";
        var script = $"set -euo pipefail; cdctl() {{ dotnet \"$CDCTL\" \"$@\"; }}; {command}\n";
        var result = await Tool.RunAsync("bash", ["-c", $"CDCTL='{Path.Combine(AppContext.BaseDirectory, cdctl)}'; {script}"]);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(result.Error, Is.Empty);
        if (shown.Length > 0)
            Assert.That(result.Output.TrimEnd('\n').Split('\n'), Is.EqualTo(shown));
    }

    private static bool IsCommand(string line) => Documents.Fenced($"```\n{line}\n```").Any();
}
