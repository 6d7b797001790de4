using CdAutomation.Domain.Policies;

namespace CdAutomation.Domain.Tests.Tags;

public sealed class SemverLevelTests
{
    /// <summary>Level, whether labels must match, what runs, the tags, what is selected (best first).</summary>
    private static IEnumerable<TestCaseData> Known()
    {
        yield return Case(Level.Patch, true, "1.2.3", "1.2.4 1.2.10 1.3.0 2.0.0 1.2.2", "1.2.10 1.2.4");
        yield return Case(Level.Minor, true, "1.2.3", "1.2.4 1.3.0 2.0.0 0.9.0", "1.3.0 1.2.4");
        yield return Case(Level.Major, true, "1.2.3", "1.2.4 1.3.0 2.0.0 1.2.3", "2.0.0 1.3.0 1.2.4");
        yield return Case(Level.All, true, "1.2.3", "1.2.4 1.3.0 2.0.0 1.2.3", "2.0.0 1.3.0 1.2.4");
        yield return Case(Level.Patch, true, "v1.2.3", "1.2.4 v1.2.5", "v1.2.5 1.2.4");
        yield return Case(Level.All, true, "1.2.3", "1.2.4-rc.1 1.3.0-dev", "");
        yield return Case(Level.All, false, "1.2.3", "1.2.4-rc.1 1.3.0-dev", "1.3.0-dev 1.2.4-rc.1");
        yield return Case(Level.All, true, "1.2.3-rc.1", "1.2.3-rc.2 1.2.3-rc3 1.2.3-rc 1.2.3 1.2.4-rc.1 1.2.4-beta.1",
            "1.2.4-rc.1 1.2.3-rc3 1.2.3-rc.2");
        yield return Case(Level.All, false, "1.2.3-rc.1", "1.2.3-rc.2 1.2.3 1.2.4-beta.1", "1.2.4-beta.1 1.2.3 1.2.3-rc.2");
        yield return Case(Level.Patch, true, "1.2.3-rc.1", "1.2.3-rc.2 1.2.4-rc.1 1.3.0-rc.1", "1.2.4-rc.1 1.2.3-rc.2");
        yield return Case(Level.Minor, true, "1.2.3-prod", "1.4.5-prod 1.4.5-dev 2.0.0-prod 1.4.5", "1.4.5-prod");
        yield return Case(Level.Minor, true, "1.4", "1.5 1.4.0 1.4.1 2.0", "1.5 1.4.1");
        yield return Case(Level.Patch, true, "1.4", "1.5 1.4.1", "1.4.1");
        yield return Case(Level.All, true, "1.0.0", "1.1.0 20260101 deadbeef latest v2", "1.1.0");
        yield return Case(Level.All, true, "1.0.0+a", "1.0.0+b", "");
        yield return Case(Level.Patch, true, null, "1.2.3 3.0.0 4.0.0-rc.1 2.0.0", "3.0.0 2.0.0 1.2.3");
        yield return Case(Level.Patch, false, null, "1.2.3 3.0.0 4.0.0-rc.1 2.0.0", "4.0.0-rc.1 3.0.0 2.0.0 1.2.3");
        yield return Case(Level.All, true, "1.0.0-1", "1.0.0-2 1.0.0-rc.1 1.0.1", "1.0.0-2");

        static TestCaseData Case(Level level, bool match, string? current, string tags, string accepted) =>
            new TestCaseData(level, match, current, tags.Split(' '), accepted.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .SetArgDisplayNames($"{level} {(match ? "same label" : "any label")} from {current ?? "nothing"}: {tags}");
    }

    [TestCaseSource(nameof(Known))]
    public void A_level_takes_what_it_is_known_to_take(Level level, bool match, string? current, string[] tags, string[] accepted)
    {
        var selection = TagSpecs.Of(new TagRule.SemverLevel(level, match)).Select(TagSpecs.Seen(tags), current);
        Assert.That(selection.Error, Is.Null);
        Assert.That(selection.Accepted, Is.EqualTo(accepted));
        Assert.That(selection.Refused.Keys, Is.EquivalentTo(tags.Except(accepted)));
    }

    [Test]
    public void Each_refused_tag_is_told_why()
    {
        var selection = TagSpecs.Of(new TagRule.SemverLevel(Level.Minor)).Select(
            TagSpecs.Seen("1.2.3", "1.2.2", "2.0.0", "1.3.0-rc.1", "1.3.0", "hello", "7"), "1.2.3");

        Assert.That(selection.Codes(), Is.EqualTo(new[]
        {
            "1.2.2=tag.notHigher", "1.2.3=tag.notHigher", "1.3.0-rc.1=tag.preRelease", "2.0.0=tag.level",
            "7=tag.notAVersion", "hello=tag.notAVersion",
        }));
        Assert.That(selection.Refused["1.3.0-rc.1"].Sentence,
            Is.EqualTo("'1.3.0-rc.1' is a pre-release 'rc', and the running 1.2.3 is a release"));
    }

    [TestCase("latest")]
    [TestCase("20260101")]
    [TestCase("v1")]
    [TestCase("")]
    public void What_runs_must_be_a_version(string current)
    {
        var selection = TagSpecs.Of(new TagRule.SemverLevel(Level.Minor)).Select(TagSpecs.Seen("1.2.3", "x"), current);
        Assert.That(selection.Accepted, Is.Empty);
        Assert.That(selection.Error?.Code, Is.EqualTo("tags.running"));
        Assert.That(selection.Error?.Sentence, Does.Contain($"'{current}'"));
        Assert.That(selection.Codes(), Is.EqualTo(new[] { "1.2.3=tag.undecided", "x=tag.undecided" }));
    }

    [Test]
    public void A_lone_number_is_an_error_only_where_nothing_else_is_accepted()
    {
        var spec = TagSpecs.Of(new TagRule.SemverLevel(Level.Minor));
        Assert.That(spec.Select(TagSpecs.Seen("7", "1.1.0"), "1.0.0").Error, Is.Null);

        var selection = spec.Select(TagSpecs.Seen("7", "0.9.0"), "1.0.0");
        Assert.That(selection.Error?.Code, Is.EqualTo("tags.loneNumber"));
        Assert.That(selection.Error?.Sentence, Does.StartWith("'7': a lone number is no version"));
    }

    [Test]
    public void What_runs_is_read_through_the_filter_as_the_tags_are()
    {
        var spec = TagSpecs.Of(new TagRule.SemverLevel(Level.Patch), new("^web-(?P<v>.+)$", "$v"));
        Assert.That(spec.Select(TagSpecs.Seen("web-1.0.1", "web-1.1.0", "1.0.9"), "web-1.0.0").Accepted, Is.EqualTo(new[] { "web-1.0.1" }));
        Assert.That(spec.Select(TagSpecs.Seen("web-1.0.1"), "1.0.0").Error?.Code, Is.EqualTo("tags.running"));
    }
}
