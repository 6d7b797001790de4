using System.Text.Json;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class SelectCasesTests
{
    [TestCase("""{"spec":{"policy":{"semver":{"range":"^1.0.0"}}},"tags":["1.0.0","1.2.0","2.0.0"]}""",
        """{"selected":"1.2.0","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"policy":{"semver":{"range":">=1.0.0-0"}}},"tags":["1.0.0","1.1.0-alpha"],"current":null}""",
        """{"selected":"1.1.0-alpha","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"policy":{"semver":{"range":"^9"}}},"tags":["1.0.0","1.2.0","x"]}""",
        """{"selected":null,"reason":"tag.outOfRange","error":null}""")]
    [TestCase("""{"spec":{"policy":{"semver":{"range":"^9"}}},"tags":[]}""", """{"selected":null,"reason":"tags.none","error":null}""")]
    [TestCase("""{"spec":{"policy":{"semver":{"level":"patch"}}},"tags":["1.0.1","1.1.0"],"current":"1.0.0"}""",
        """{"selected":"1.0.1","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"policy":{"semver":{"level":"all","matchPreRelease":false}}},"tags":["1.0.1-rc.1"],"current":"1.0.0"}""",
        """{"selected":"1.0.1-rc.1","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"filterTags":{"pattern":"m(.+)","extract":"$1"},"policy":{"numerical":{"order":"desc"}}},"tags":["m9","m10"]}""",
        """{"selected":"m9","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"policy":{"newest":{}},"allowTags":["^v"],"ignoreTags":["rc$"]},"tags":["v1","v2","v3-rc","x"]}""",
        """{"selected":"v2","reason":"tag.selected","error":null}""")]
    [TestCase("""{"spec":{"policy":{"digest":{"tag":"latest"}}},"tags":["v1","latest"]}""",
        """{"selected":"latest","reason":"tag.selected","error":null}""")]
    [TestCase("""  {"tags":["b","a"], "spec":{"policy":{"alphabetical":{}}}}  """,
        """{"selected":"b","reason":"tag.selected","error":null}""")]
    public void A_case_is_answered(string line, string answer) => Assert.That(SelectCases.Answer(line), Is.EqualTo(answer));

    [TestCase("""{"spec":{"policy":{"numerical":{}}},"tags":["1","latest"]}""", "tags.notANumber", "'latest': no decimal number")]
    [TestCase("""{"spec":{"policy":{"semver":{"level":"all"}}},"tags":["1.0.0"],"current":"latest"}""", "tags.running",
        "'latest' runs, which is no version")]
    [TestCase("""{"spec":{"policy":{"semver":{"range":"what"}}},"tags":[]}""", "policy.range", "'what' is no range of versions")]
    [TestCase("""{"spec":{"policy":{"semver":{"range":1}}},"tags":[]}""", "policy.type", "'range' is a number")]
    [TestCase("""{"spec":{"polcy":{}},"tags":[]}""", "policy.unknownKey", "did you mean 'policy'?; spec needs 'policy'")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":["a","a"]}""", "policy.value", "the tag 'a' stands twice in 'tags'")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":["a",7,null,{}]}""", "policy.type", "'an item of tags' is a number")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":"a"}""", "policy.type", "'tags' is a text, where a list")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":[],"current":1}""", "policy.type", "'current' is a number")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":[],"curent":"1"}""", "policy.unknownKey", "did you mean 'current'?")]
    [TestCase("""{"spec":{"policy":{"newest":{}}}}""", "policy.missingKey", "the case needs 'tags'")]
    [TestCase("""{"tags":[]}""", "policy.missingKey", "the case needs 'spec'")]
    [TestCase("""{"tags":[],"tags":[],"spec":{}}""", "case.unreadable", "")]
    [TestCase("""[]""", "policy.type", "the case is a list")]
    [TestCase("""7""", "policy.type", "the case is a number")]
    [TestCase("", "case.unreadable", "")]
    [TestCase("{", "case.unreadable", "")]
    [TestCase("""{"spec":{}} {}""", "case.unreadable", "")]
    [TestCase("spec: {}", "case.unreadable", "")]
    [TestCase("""{"spec":{"policy":{"newest":{}}},"tags":["\ud800"]}""", "case.unreadable", "surrogate")]
    public void A_case_that_cannot_be_decided_is_answered_with_a_sentence(string line, string reason, string sentence)
    {
        var answer = Read(SelectCases.Answer(line));
        Assert.That(answer.Selected, Is.Null);
        Assert.That(answer.Reason, Is.EqualTo(reason));
        Assert.That(answer.Error, Does.Contain(sentence));
    }

    [Test]
    public void Huge_and_deep_lines_are_answered_too()
    {
        Assert.That(Read(SelectCases.Answer(new string('x', 9 << 20))).Reason, Is.EqualTo("case.unreadable"));
        Assert.That(Read(SelectCases.Answer(string.Concat(Enumerable.Repeat("[", 1_000_000)))).Reason, Is.EqualTo("case.unreadable"));
        Assert.That(Read(SelectCases.Answer(Case(Enumerable.Range(0, 100_001)))).Reason, Is.EqualTo("policy.type"));
        Assert.That(Read(SelectCases.Answer(Case(Enumerable.Range(0, 100_000)))).Selected, Is.EqualTo("1.0.99999"));

        static string Case(IEnumerable<int> patches) =>
            """{"spec":{"policy":{"semver":{"range":"1.x"}}},"tags":["""
                + string.Join(',', patches.Select(patch => $"\"1.0.{patch}\"")) + "]}";
    }

    [Test]
    public void The_reason_is_the_one_that_most_refusals_share()
    {
        var answer = Read(SelectCases.Answer(
            """{"spec":{"policy":{"semver":{"range":"^1"}}},"tags":["a","b","2.0.0","1.0.0-rc.1","1.1.0-rc.1","1.2.0-rc.1"]}"""));
        Assert.That(answer.Reason, Is.EqualTo("tag.notAVersion").Or.EqualTo("tag.preRelease"));
        Assert.That(Read(SelectCases.Answer("""{"spec":{"policy":{"semver":{"range":"^1"}}},"tags":["a","b","2.0.0"]}""")).Reason,
            Is.EqualTo("tag.notAVersion"));
    }

    [Test]
    public void Every_line_gets_one_line_of_json()
    {
        const string Good =
            """{"spec":{"policy":{"semver":{"range":"^1.0.0"}},"allowTags":["^v"]},"tags":["v1.0.0","1.2.0"],"current":"v1.0.0"}""";
        var mutation = Gen.Select(Gen.Int[0, Good.Length], Gen.Int[0, 8], Gen.String[Gen.Char["{}[]:,\"\\u0dn tfé\0\n"], 0, 5]);
        mutation.Sample((at, length, inserted) =>
        {
            var answer = SelectCases.Answer(Good.Remove(at, Math.Min(length, Good.Length - at)).Insert(at, inserted));
            Assert.That(answer, Does.Not.Contain("\n"));
            var read = Read(answer);
            Assert.That(read.Selected is null || read is { Error: null, Reason: "tag.selected" }, Is.True);
        }, iter: 5_000);
    }

    private static (string? Selected, string? Reason, string? Error) Read(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        Assert.That(root.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "selected", "reason", "error" }));
        return (root.GetProperty("selected").GetString(), root.GetProperty("reason").GetString(), root.GetProperty("error").GetString());
    }
}
