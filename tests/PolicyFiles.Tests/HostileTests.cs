using System.Text;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class HostileTests
{
    /// <summary>The text, and how its first problem begins.</summary>
    private static IEnumerable<TestCaseData> Texts()
    {
        yield return Case("a list that is not closed", "a: [1\nb: 2", "2:1: error: policy.syntax");
        yield return Case("a tab as indentation", "a:\n\tb: 1", "2:1: error: policy.syntax");
        yield return Case("a quote that is not closed", "a: 'b", "policy.syntax");
        yield return Case("a bad escape", "a: \"\\q\"", "policy.syntax");
        yield return Case("a bad unicode escape", "a: \"\\UFFFFFFFF\"", "policy.syntax");
        yield return Case("half of a surrogate", "a: \"\\uD800\"", "policy.");
        yield return Case("a tag that is no URI", "!!@!@?[- \\", "policy.syntax");
        yield return Case("a value in a key", "a: b: c", "policy.syntax");
        yield return Case("a NUL", "kind: x\nab\0c", "2:3: error: policy.syntax: a NUL character");
        yield return Case("an anchor", "a: &x 1\nb: 2", "1:4: error: policy.anchor");
        yield return Case("an alias", "a: 1\nb: *x", "2:4: error: policy.alias");
        yield return Case("a YAML tag", "a: !!str 1", "1:4: error: policy.yamlTag");
        yield return Case("a tag that makes objects", "!System.Diagnostics.Process { a: b }", "1:1: error: policy.yamlTag");
        yield return Case("a scalar document", "hello", "1:1: error: policy.type: a document is a text");
        yield return Case("a list document", "- a", "1:1: error: policy.type: a document is a list");
        yield return Case("binary", "\u0001\u0002\u0003\ufffd\u001b[2J", "policy.");
        yield return Case("too large", new string('#', (1 << 20) + 1), "1:1: error: policy.size");
        yield return Case("too large in bytes", "a: " + new string('é', 600_000), "1:1: error: policy.size");
        yield return Case("deep lists", string.Concat(Enumerable.Repeat("[", 500_000)), "1:34: error: policy.depth");
        yield return Case("deep mappings", string.Concat(Enumerable.Repeat("{a: ", 200_000)), "policy.depth");
        yield return Case("deep blocks", string.Concat(Enumerable.Range(0, 999).Select(i => new string(' ', i) + "a:\n")), "policy.depth");
        yield return Case("deep keys", string.Concat(Enumerable.Repeat("? ", 300_000)), "policy.");
        yield return Case("deep dashes", string.Concat(Enumerable.Repeat("- ", 300_000)), "policy.depth");
        yield return Case("many values", "[" + string.Concat(Enumerable.Repeat("a,", 400_000)) + "a]", "policy.nodes");
        yield return Case("many keys", string.Concat(Enumerable.Range(0, 60_000).Select(i => $"k{i}: 1\n")), "policy.nodes");
        yield return Case("many documents", string.Concat(Enumerable.Repeat("--- a\n", 100_000)), "policy.");
        yield return Case("an alias bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "1:4: error: policy.anchor");
        yield return Case("a long key", new string('k', 900_000) + ": 1", "policy.");
        yield return Case("a long text", "kind: " + new string('k', 900_000), "policy.");
        yield return Case("a directive", "%YAML 9.9\n---\na: b", "policy.");
        yield return Case("an unknown directive", "%WHAT is this\n---\nkind: Pipelin", "policy.");

        static TestCaseData Case(string name, string text, string begins) => new TestCaseData(text, begins).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Texts))]
    [CancelAfter(20_000)]
    public void Hostile_text_ends_in_a_problem(string text, string begins)
    {
        var reading = Policies.Read(text);
        Assert.That(reading.Valid, Is.False);
        Assert.That(reading.Problems, Has.Length.LessThanOrEqualTo(1_001));
        Assert.That(reading.Problems.Select(problem => problem.ToString()), Has.Some.Contains(begins));
        Assert.That(reading.Problems.All(problem => problem.Line >= 1 && problem.Column >= 1 && problem.Sentence.Length < 1_000
            && !problem.Sentence.Any(char.IsControl)), Is.True);
    }

    [Test]
    public void Mutated_policies_never_make_the_reader_fail()
    {
        var source = Policies.Good + "---\n" + Policies.Sample("shop.yaml") + "---\n" + Policies.Sample("admin.yaml");
        var piece = Gen.OneOf(Gen.String[Gen.Char["{}[]:,&*!|>'\"%@`#?- \n\t\r\0\\~<=.$(^u0x\uFEFFé"], 0, 6],
            Gen.OneOf("---\n", "...\n", "<<: *a", "&a ", "!!int ", "? ", "\"\\u", "\"\\x", ": ",
                "- ", "|\n", ">-2\n", "null", "~", "{", "]"));
        var mutation = Gen.Select(Gen.Int[0, source.Length], Gen.Int[0, 12], piece);

        mutation.Array[1, 4].Sample(mutations =>
        {
            var text = new StringBuilder(source);
            foreach (var (at, length, inserted) in mutations)
            {
                var from = Math.Min(at, text.Length);
                text.Remove(from, Math.Min(length, text.Length - from)).Insert(from, inserted);
            }
            Check(text.ToString());
        }, iter: 600);
    }

    [Test]
    public void No_text_makes_the_reader_fail() =>
        Gen.String[Gen.Char["{}[]:,&*!|>'\"%@`#?- \n\t\\~ab01.x"], 0, 40].Sample(Check, iter: 4_000);

    private static void Check(string text)
    {
        var problems = Policies.Read(text).Problems;
        Assert.That(problems.All(problem => problem.Line >= 1 && problem.Column >= 1 && problem.Sentence is not ""), Is.True);
        Assert.That(problems.Select(problem => problem.ToString()).All(line => !line.Any(char.IsControl)), Is.True);
    }
}
