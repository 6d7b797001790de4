using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdAutomation.PolicyFiles.Tests.Select;

/// <summary>
/// What Flux and Keel are published to choose, chosen by us too; and where we choose otherwise on purpose, the page tells their users.
/// </summary>
/// <remarks>
/// Flux: image-reflector-controller (internal/policy, docs/spec/v1/imagepolicies.md) with Masterminds/semver 3.4, whose ranges take
/// pre-releases group by group. Keel: internal/policy/semver.go, and the policies of its guide. Lists are in order of age.
/// </remarks>
public sealed partial class PublishedTests
{
    private static readonly string[] Tools = ["flux", "keel"];

    private static IEnumerable<TestCaseData> Cases() =>
        from tool in Tools
        from one in PublishedCase.Of(tool)
        select new TestCaseData(one).SetArgDisplayNames($"{tool} {one.Id}: {one.Why}");

    [TestCaseSource(nameof(Cases))]
    public void The_choice_is_the_published_one_or_an_intended_other(object published)
    {
        var one = (PublishedCase)published;
        using var document = JsonDocument.Parse(SelectCases.Answer(one.Line));
        var answer = document.RootElement;
        Assert.That(answer.GetProperty("selected").GetString(), Is.EqualTo(one.Ours), answer.GetRawText());
        Assert.That(answer.GetProperty("reason").GetString(), Is.EqualTo(one.Ours is null ? one.Reason : "tag.selected"));
        Assert.That(one.Differs, Is.EqualTo(one.Ours != one.Theirs), "a difference that is none any more is struck off");
    }

    [TestCaseSource(nameof(Tools))]
    public void Every_intended_difference_and_no_other_is_on_the_page(string tool)
    {
        var intended = PublishedCase.Of(tool).Where(one => one.Differs)
            .Select(one => new Row(one.Id, Cell(one.Theirs), Cell(one.Ours), one.Why));
        Assert.That(Rows(tool), Is.EqualTo(intended));
    }

    [TestCaseSource(nameof(Tools))]
    public void The_page_counts_the_cases(string tool)
    {
        var cases = PublishedCase.Of(tool);
        Assert.That(cases, Has.Count.AtLeast(60));
        Assert.That(cases.Select(one => one.Id), Is.Unique);
        Assert.That(Section(tool), Does.Contain($"{cases.Count} cases").And.Contain($"{cases.Count(one => one.Differs)} of them"));
    }

    [Test]
    public void The_page_explains_every_reason_that_a_case_gives() =>
        Assert.That(Tools.SelectMany(PublishedCase.Of).Select(one => one.Reason).OfType<string>().Distinct()
            .Where(reason => !reason.StartsWith("policy.", StringComparison.Ordinal))
            .Where(reason => !PublishedCase.Text("tags.md").Contains($"`{reason}`", StringComparison.Ordinal)), Is.Empty);

    private static IEnumerable<Row> Rows(string tool) => TableRow().Matches(Section(tool)).Select(match => new Row(
        match.Groups["id"].Value, match.Groups["theirs"].Value, match.Groups["ours"].Value, match.Groups["why"].Value));

    // From the heading of the tool to the next of its rank.
    private static string Section(string tool) =>
        PublishedCase.Text("tags.md").Split("\n## ")
            .Single(part => part.StartsWith($"For users of {tool}", StringComparison.OrdinalIgnoreCase));

    private static string Cell(string? tag) => tag switch
    {
        null => "nothing",
        // The hexadecimal digits say nothing to a reader.
        _ when tag.StartsWith("sha256-", StringComparison.Ordinal) => "`sha256-…`",
        _ => $"`{tag}`",
    };

    private sealed record Row(string Id, string Theirs, string Ours, string Why);

    [GeneratedRegex(@"^\| `(?<id>[a-z-]+)` \| (?<theirs>.+?) \| (?<ours>.+?) \| (?<why>.+) \|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
