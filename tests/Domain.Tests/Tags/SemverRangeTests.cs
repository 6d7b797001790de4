using CdAutomation.Domain.Policies;
using CsCheck;
using Semver;

namespace CdAutomation.Domain.Tests.Tags;

public sealed class SemverRangeTests
{
    private static readonly string[][] NpmLines = [.. ReadNpm()];

    /// <summary>Cases that Flux, Helm and Masterminds users know: range, versions inside, versions outside.</summary>
    private static IEnumerable<TestCaseData> Known()
    {
        yield return Case(">=1.0.0, <2.0.0", "1.0.0 1.9.9", "0.9.9 2.0.0 1.5.0-rc.1");
        yield return Case(">=1.0.0,<2.0.0", "1.0.0", "2.0.0");
        yield return Case(">= 1.0.0 , < 2.0.0", "1.0.0", "2.0.0");
        yield return Case("=>1.0.0 =<1.5.0", "1.0.0 1.5.0", "0.9.0 1.5.1");
        yield return Case("!=1.5.0", "1.4.9 1.5.1", "1.5.0 1.5.1-rc.1");
        yield return Case(">=1.0.0 <2.0.0 !=1.5.0", "1.4.9 1.5.1", "1.5.0 2.0.0");
        yield return Case("!=1.5.x", "1.4.9 1.6.0 2.5.0", "1.5.0 1.5.9");
        yield return Case("!=1.5", "1.4.9 1.6.0", "1.5.0 1.5.9");
        yield return Case("!=1", "0.9.0 2.0.0", "1.0.0 1.9.9");
        yield return Case("^1, !=1.2.x || ^3", "1.1.0 1.3.0 3.4.5", "1.2.7 2.0.0");
        yield return Case(">11", "12.0.0 13.1.0", "11.0.0 11.9.9 12.0.0-rc.1");
        yield return Case(">11.1", "11.2.0 12.0.0", "11.1.0 11.1.9");
        yield return Case("<=11", "11.9.9 1.0.0", "12.0.0");
        yield return Case("1.2 - 1.4.5", "1.2.0 1.4.5", "1.1.9 1.4.6");
        yield return Case("1.2 - 1.4.5, !=1.3.x", "1.2.0 1.4.5", "1.3.0 1.4.6");
        yield return Case("~0.0.0", "0.0.0 0.0.9", "0.1.0 1.0.0");
        yield return Case("*", "0.0.0 99.0.0", "1.0.0-alpha");
        yield return Case("1.x.3", "1.0.0 1.9.0", "2.0.0");
        yield return Case(">=1.0.0-0", "1.0.0-0 1.0.0 1.1.0-alpha 2.0.0-rc.1", "0.9.9 1.0.0-");
        yield return Case(">=1.0.0-rc <2.0.0", "1.0.0-rc.1 1.1.0-alpha 1.9.9 2.0.0-alpha", "1.0.0-beta 2.0.0");
        yield return Case(">=1.0.0-0 <2", "1.9.9 1.9.9-rc", "2.0.0-alpha 2.0.0");
        yield return Case("^1.0.0-0", "1.0.0-0 1.4.0-rc.1", "2.0.0-alpha");
        yield return Case(">=1.20-0", "1.20.0-0 1.20.0 1.25.3-gke.100", "1.19.9");
        yield return Case("*-0", "0.0.0-0 1.0.0-alpha 3.0.0", "");
        yield return Case("1.x-0", "1.0.0-0 1.3.0-rc.1 1.9.9", "2.0.0-0 0.9.9");
        yield return Case("<1.0.0 || >=2.0.0-0", "0.9.9 2.0.0-alpha 3.0.0", "0.9.9-rc.1 1.0.0");
        yield return Case("!=1.0.0-rc.1", "1.0.0-rc.2 1.0.0", "1.0.0-rc.1");
        yield return Case(">99999999999999999999.0.0", "100000000000000000000.0.0", "99999999999999999999.0.0");

        static TestCaseData Case(string range, string inside, string outside) =>
            new TestCaseData(range, Words(inside), Words(outside)).SetArgDisplayNames(range);

        static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [TestCaseSource(nameof(Known))]
    public void A_known_range_takes_what_it_is_known_to_take(string range, string[] inside, string[] outside)
    {
        var selection = TagSpecs.Of(TagSpecs.Range(range)).Select(TagSpecs.Seen([.. inside, .. outside]), null);
        Assert.That(selection.Accepted, Is.EquivalentTo(inside));
        Assert.That(selection.Refused.Keys, Is.EquivalentTo(outside));
    }

    private static IEnumerable<TestCaseData> Npm() =>
        NpmLines.SkipLast(1).Select(line => new TestCaseData(line[0], line[1..]).SetArgDisplayNames(line[0]));

    [TestCaseSource(nameof(Npm))]
    public void Npm_says_the_same(string range, string[] inside)
    {
        var versions = NpmLines[^1][1..];
        var selection = TagSpecs.Of(TagSpecs.Range(range)).Select(TagSpecs.Seen(versions), null);
        Assert.That(selection.Accepted, Is.EquivalentTo(inside));
    }

    [Test]
    public void A_second_reader_of_npm_ranges_says_the_same_of_releases()
    {
        var number = Gen.Int[0, 4].Select(value => $"{value}");
        var partial = Gen.Select(number, number, number, Gen.Int[1, 4], (major, minor, patch, parts) => parts switch
        {
            1 => major,
            2 => $"{major}.{minor}",
            3 => $"{major}.{minor}.x",
            _ => $"{major}.{minor}.{patch}",
        });
        var term = Gen.Select(Gen.OneOf("", "=", "^", "~", ">", ">=", "<", "<="), partial, (op, version) => op + version);
        var range = term.Array[1, 3].Select(terms => string.Join(' ', terms)).Array[1, 2].Select(groups => string.Join(" || ", groups));
        var version = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 4], (major, minor, patch) => $"{major}.{minor}.{patch}");

        Gen.Select(range, version).Sample((text, one) =>
        {
            var expected = SemVersionRange.ParseNpm(text).Contains(SemVersion.Parse(one));
            var accepted = TagSpecs.Of(TagSpecs.Range(text)).Select(TagSpecs.Seen(one), null).Accepted;
            Assert.That(accepted, Has.Length.EqualTo(expected ? 1 : 0), $"{text} {one}");
        }, iter: 2_000);
    }

    [TestCase("")]
    [TestCase("   ")]
    [TestCase("||")]
    [TestCase("1.x ||")]
    [TestCase("latest")]
    [TestCase("1.2.3.4")]
    [TestCase("01.2.3")]
    [TestCase("1.02.3")]
    [TestCase("1.2.3-01")]
    [TestCase("1.2.3-a..b")]
    [TestCase("1.2.3-")]
    [TestCase(">=1.0.0,")]
    [TestCase(",>=1.0.0")]
    [TestCase(">=1.0.0,,<2.0.0")]
    [TestCase(">=1.0.0<2.0.0")]
    [TestCase("==1.0.0")]
    [TestCase(">>1.0.0")]
    [TestCase("1.0.0 -2.0.0")]
    [TestCase("1.0.0 - ")]
    [TestCase(">=1.0.0 - 2.0.0")]
    [TestCase("1.0.0 - <2.0.0")]
    [TestCase(">*")]
    [TestCase("<x")]
    [TestCase("!=*")]
    [TestCase("^")]
    [TestCase("1.2.3 and 2")]
    [TestCase("1.0.0 | 2.0.0")]
    [TestCase("1.0.0; 2.0.0")]
    [TestCase("١.٢.٣")]
    public void What_is_no_range_is_refused_in_a_sentence(string text)
    {
        var parsed = TagRule.SemverRange.Parse(text);
        Assert.That(parsed.TryGetValue(out _), Is.False);
        Assert.That(parsed.Problems.Single().Code, Is.EqualTo("policy.range"));
        Assert.That(parsed.Problems.Single().Sentence, Does.StartWith($"'{text}' is no range of versions: "));
    }

    [Test]
    public void A_huge_range_is_refused_in_a_short_sentence() =>
        Assert.That(TagRule.SemverRange.Parse(new string('1', 3_000_000)).Problems.Single().Sentence, Has.Length.LessThan(300));

    [Test]
    public void No_text_makes_the_reader_fail()
    {
        var text = Gen.String[Gen.Char["0129.xX*vV-+ ,|<>=!~^arc\0"], 0, 25];
        text.Sample(any =>
        {
            var parsed = TagRule.SemverRange.Parse(any);
            if (parsed.TryGetValue(out var rule))
                Assert.That(TagSpecs.Of(rule).Select(TagSpecs.Seen("1.0.0", "1.0.0-rc.1"), null).Error, Is.Null);
            else
                Assert.That(parsed.Problems, Has.Length.EqualTo(1));
        }, iter: 20_000);
    }

    [Test]
    public void Only_versions_of_three_numbers_count_and_each_other_tag_is_told_why()
    {
        var selection = TagSpecs.Of(TagSpecs.Range(">=1.0.0 <2.0.0")).Select(TagSpecs.Seen(
            "1.4", "20260101", "1e10", "deadbeef", "latest", "v1.2.3", "1.2.4", "V1.9.0", "1.02.0",
            "1.0.0-rc.1", "2.0.0", "2.0.0-rc.1", "v1.3.0-rc.1"), null);

        Assert.That(selection.Accepted, Is.EqualTo(new[] { "1.2.4", "v1.2.3" }));
        Assert.That(selection.Codes(), Is.EqualTo(new[]
        {
            "1.0.0-rc.1=tag.outOfRange", "1.02.0=tag.notAVersion", "1.4=tag.notAVersion", "1e10=tag.notAVersion", "2.0.0=tag.outOfRange",
            "2.0.0-rc.1=tag.preRelease", "20260101=tag.notAVersion", "V1.9.0=tag.notAVersion", "deadbeef=tag.notAVersion",
            "latest=tag.notAVersion", "v1.3.0-rc.1=tag.preRelease",
        }));
        Assert.That(selection.Refused["2.0.0"].Sentence, Is.EqualTo("'2.0.0' is outside of the range '>=1.0.0 <2.0.0'"));
        Assert.That(selection.Error, Is.Null);
    }

    [Test]
    public void The_best_is_first_by_precedence_and_the_later_of_equals()
    {
        var spec = TagSpecs.Of(TagSpecs.Range(">=1.0.0-0"));
        SeenTag[] tags =
        [
            TagSpecs.At("1.0.0-rc.10", 9), TagSpecs.At("1.0.0-rc.9", 1), TagSpecs.At("1.0.0+b2", 3), TagSpecs.At("v1.0.0", 2),
            TagSpecs.At("1.0.0+a", 3), TagSpecs.At("1.10.0", 0), TagSpecs.At("1.9.0", 8),
        ];
        Assert.That(spec.Select(tags, null).Accepted,
            Is.EqualTo(new[] { "1.10.0", "1.9.0", "1.0.0+b2", "1.0.0+a", "v1.0.0", "1.0.0-rc.10", "1.0.0-rc.9" }));
    }

    [Test]
    public void No_candidate_is_no_error()
    {
        var selection = TagSpecs.Of(TagSpecs.Range("^9")).Select([], "1.0.0");
        Assert.That(selection.Best, Is.Null);
        Assert.That(selection.Error, Is.Null);
    }

    private static IEnumerable<string[]> ReadNpm()
    {
        using var stream = typeof(SemverRangeTests).Assembly.GetManifestResourceStream("npm-ranges.tsv")!;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
            yield return line.Split('\t');
    }
}
