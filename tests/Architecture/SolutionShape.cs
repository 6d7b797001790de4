using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>What somebody sees first.</summary>
public sealed partial class SolutionShape
{
    private static readonly string[] TopLevel =
    [
        "functions", "infra", "tests", "README.md", "LICENSE", "cloudbuild.yaml", "CdAutomation.sln", "global.json",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ];

    [Test]
    public void The_solution_holds_every_project_and_no_other()
    {
        var held = ProjectLine().Matches(Repository.Text("CdAutomation.sln")).Select(it => it.Groups["path"].Value.Replace('\\', '/'));
        Assert.That(held, Is.EquivalentTo(Repository.Projects.Select(it => it.File)));
    }

    [Test]
    public void Every_project_is_built_in_both_configurations() => Findings.None(
        "A project of the solution without a Build line is silently not built.",
        from match in ProjectLine().Matches(Repository.Text("CdAutomation.sln"))
        from configuration in (string[])["Debug", "Release"]
        where !Repository.Text("CdAutomation.sln").Contains(
            $"{match.Groups["id"].Value}.{configuration}|Any CPU.Build.0", StringComparison.OrdinalIgnoreCase)
        select $"{match.Groups["path"].Value}: {configuration}");

    [Test]
    public void The_top_shows_the_house_and_nothing_else() => Findings.None(
        "A new thing at the top is a new thing for every reader.",
        Repository.Files.Select(it => it.Split('/')[0]).Distinct().Where(it => !it.StartsWith('.')).Except(TopLevel));

    [Test]
    public void Every_room_has_tests() => Assert.That(
        Repository.Projects.Where(it => !it.IsRoom).Select(it => it.Name),
        Is.SupersetOf(Repository.Projects.Where(it => it.IsRoom && it.Name != "GoogleApis").Select(it => $"{it.Name}.Tests")));

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)", "(?<id>\{[0-9A-Fa-f-]+\})"\r?$""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();
}
