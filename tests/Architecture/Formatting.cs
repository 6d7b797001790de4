namespace CdAutomation.Architecture;

/// <summary>The house's .editorconfig, applied.</summary>
public sealed class Formatting
{
    [Test, Category("Format")]
    public async Task Nothing_is_left_for_dotnet_format_to_change()
    {
        var result = await Tool.DotnetAsync("format", "CdAutomation.sln", "--no-restore", "--verify-no-changes");
        Findings.None(
            "'dotnet format CdAutomation.sln' changes nothing.",
            (result.Output + result.Error).Replace(Repository.Root + "/", "", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(it => it.Contains(": error ", StringComparison.Ordinal)));
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
    }
}
