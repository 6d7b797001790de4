using CdAutomation.Domain.Policies;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class CanonicalTests
{
    private const string Empty = """{"apiVersion":"cdautomation/v1","kind":"PolicySet","freezes":[],"pipelines":[],"tests":[]}""";

    [Test]
    public void What_is_written_reads_as_itself() => Generated.Sets.Sample(set =>
    {
        var text = CanonicalPolicies.Write(set);
        var again = Read(text);
        Assert.That(Flat.Of(again), Is.EqualTo(Flat.Of(set)));
        Assert.That(CanonicalPolicies.Write(again), Is.EqualTo(text));
    }, iter: 2_000);

    [Test]
    public void The_canonical_form_says_what_files_say() => Generated.Sets.Sample(set =>
    {
        var reading = PolicyReader.Read(Generated.AsFiles(set));
        Assert.That(reading.Valid, Is.True, string.Join('\n', reading.Problems));
        Assert.That(CanonicalPolicies.Write(reading.ToSet("none")), Is.EqualTo(CanonicalPolicies.Write(set)));
    }, iter: 500);

    [Test]
    public void Files_read_into_a_set_and_back_into_the_same_set()
    {
        foreach (var files in new[] { Policies.Full, Policies.Samples })
        {
            var set = PolicyReader.Read(files).ToSet("c0ffee");
            var text = CanonicalPolicies.Write(set);
            var again = Read(text, "c0ffee");
            Assert.That(CanonicalPolicies.Write(again), Is.EqualTo(text));
            Assert.That(Flat.Of(again), Is.EqualTo(Flat.Of(set)));
            Assert.That(again.Commit, Is.EqualTo("c0ffee"));
            Assert.That(text, Does.Not.Contain("c0ffee"));
            Assert.That(again.Pipelines.Keys, Is.EqualTo(set.Pipelines.Keys));
            Assert.That(again.Tests.Select(test => test.Name), Is.EqualTo(set.Tests.Select(test => test.Name)));
        }
    }

    [Test]
    public void Order_of_files_and_defaults_that_are_written_out_change_nothing()
    {
        var text = CanonicalPolicies.Write(PolicyReader.Read(Policies.Full).ToSet("none"));
        Assert.That(CanonicalPolicies.Write(PolicyReader.Read(Policies.Full.Reverse()).ToSet("none")), Is.EqualTo(text));
        var shorter = Policies.Full.Select(file => file with
        {
            Text = file.Text.Replace(", timeout: 10s", "", StringComparison.Ordinal).Replace("status: SUCCESS, ", "", StringComparison.Ordinal)
                .Replace(", status: 200, attempts: 5", "", StringComparison.Ordinal).Replace("24h", "P1D", StringComparison.Ordinal)
                .Replace("mon-thu", "[thu, 'mon,tue', wed]", StringComparison.Ordinal).Replace("mode: enforce", "", StringComparison.Ordinal),
        });
        Assert.That(CanonicalPolicies.Write(PolicyReader.Read(shorter).ToSet("none")), Is.EqualTo(text));
    }

    [Test]
    public void The_form_is_fixed()
    {
        Assert.That(CanonicalPolicies.Write(PolicySet.Empty), Is.EqualTo(Empty));
        Assert.That(CanonicalPolicies.Write(Policies.Read(Policies.Good.Replace("mode: enforce", "minimumReleaseAge: PT90M", StringComparison.Ordinal))
            .ToSet("none")), Is.EqualTo(
            """{"apiVersion":"cdautomation/v1","kind":"PolicySet","freezes":[],"pipelines":[{"metadata":{"name":"shop"},"spec":"""
            + """{"images":{"web":{"repository":"asia-northeast1-docker.pkg.dev/acme/app/web"}}"""
            + ""","allowTags":["^v\\d"],"ignoreTags":["-debug$"]"""
            + ""","filterTags":{"pattern":"^v(?P<version>\\d+\\.\\d+\\.\\d+)$","extract":"$version"}"""
            + ""","policy":{"semver":{"range":">=1.0.0 <2.0.0"}},"minimumReleaseAge":"1h30m","stages":[{"name":"production","targets":["""
            + """{"service":"web","project":"acme","region":"asia-northeast1","image":"web","container":"app"}]"""
            + ""","gates":{"build":{"triggers":["web-release"],"branch":"release/*","repository":"acme/app"}}}]}}],"tests":[]}"""));
    }

    [TestCase("", "bundle.malformed")]
    [TestCase("[]", "policy.type")]
    [TestCase("{}", "policy.missingKey")]
    [TestCase("{\"a\":1,\"a\":2}", "bundle.malformed")]
    [TestCase("{} {}", "bundle.malformed")]
    [TestCase("""{"apiVersion":"cdautomation/v2","kind":"PolicySet","freezes":[],"pipelines":[],"tests":[]}""", "policy.value")]
    [TestCase("""{"apiVersion":"cdautomation/v1","kind":"Pipeline","freezes":[],"pipelines":[],"tests":[]}""", "policy.value")]
    [TestCase("""{"apiVersion":"cdautomation/v1","kind":"PolicySet","freezes":[],"pipelines":[{}],"tests":[]}""", "policy.missingKey")]
    [TestCase("""{"apiVersion":"cdautomation/v1","kind":"PolicySet","freezes":[],"pipelines":[],"tests":[],"more":1}""", "policy.unknownKey")]
    [TestCase("""{"apiVersion":"\ud800","kind":"PolicySet","freezes":[],"pipelines":[],"tests":[]}""", "bundle.malformed")]
    public void What_is_no_set_is_refused(string text, string code)
    {
        var parsed = CanonicalPolicies.Read(text, "none");
        Assert.That(parsed.TryGetValue(out _), Is.False);
        Assert.That(parsed.Problems.Select(problem => problem.Code), Has.Some.EqualTo(code));
    }

    [Test]
    public void Huge_and_deep_texts_are_refused()
    {
        Assert.That(Code(new string(' ', 17 << 20)), Is.EqualTo("bundle.size"));
        Assert.That(Code(string.Concat(Enumerable.Repeat("[", 1_000_000))), Is.EqualTo("bundle.malformed"));
        Assert.That(Code(string.Concat(Enumerable.Repeat("{\"a\":", 50))), Is.EqualTo("bundle.malformed"));
        Assert.That(Code("[" + string.Concat(Enumerable.Repeat("1,", 1_000_000)) + "1]"), Is.EqualTo("bundle.size"));
        Assert.That(Code("{\"a\":[" + string.Concat(Enumerable.Repeat("[],", 600_000)) + "[]],\"b\":[" + string.Concat(Enumerable.Repeat("[],", 600_000)) + "[]]}"),
            Is.EqualTo("bundle.size"));

        static string Code(string text) => CanonicalPolicies.Read(text, "none").Problems[0].Code;
    }

    [Test]
    public void A_changed_text_is_read_or_refused_and_never_makes_the_reader_fail()
    {
        var text = CanonicalPolicies.Write(PolicyReader.Read(Policies.Full).ToSet("none"));
        var change = Gen.Select(Gen.Int[0, text.Length], Gen.Int[0, 6], Gen.String[Gen.Char["{}[]:,\"\\u0dn tfé\0\n-1"], 0, 4]);
        change.Sample((at, length, inserted) =>
        {
            var parsed = CanonicalPolicies.Read(text.Remove(at, Math.Min(length, text.Length - at)).Insert(at, inserted), "none");
            Assert.That(parsed.TryGetValue(out var set) ? CanonicalPolicies.Write(set) : parsed.Problems[0].Sentence, Is.Not.Empty);
        }, iter: 3_000);
    }

    private static PolicySet Read(string text, string commit = "none")
    {
        var parsed = CanonicalPolicies.Read(text, commit);
        Assert.That(parsed.Problems, Is.Empty, text);
        Assert.That(parsed.TryGetValue(out var set), Is.True);
        return set!;
    }
}
