using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Many files, and files that are nearly right.</summary>
public sealed class LargeTests
{
    private const int Pipelines = 10_000;
    private const int Mutations = 100_000;

    private static readonly string[] Pieces =
    [
        "---\n", "...\n", "<<: *a", "&a ", "!!int ", "? ", "\"\\u", "\"", "'", ": ", "- ", "|\n", ">-2\n", "null", "~", "{", "}", "[", "]", ",", "\n", "\t",
        "\0", "\uFEFF", "é", "\ud800", "#", "%", "0", "-1", "999999999999999999999", "P1D", "24:00", "2026-02-30", "^(", "$1", "mon-", "a: b",
        "window", "Asia/", "../", "1%", "true", "http://", "user:", "pipeline:", "  ", "v1.",
    ];

    [Test]
    public void Ten_thousand_pipelines_are_read()
    {
        var files = Enumerable.Range(0, Pipelines).Select(at => new PolicyFile($"{at:00000}.yaml", Policies.Good
            .Replace("name: shop", $"name: shop-{at}", StringComparison.Ordinal)
            .Replace("service: web", $"service: web-{at}", StringComparison.Ordinal))).ToArray();

        var began = Stopwatch.GetTimestamp();
        var reading = PolicyReader.Read(files);
        var read = Stopwatch.GetElapsedTime(began);
        var text = CanonicalPolicies.Write(reading.ToSet("none"));
        var written = Stopwatch.GetElapsedTime(began);
        var again = CanonicalPolicies.Read(text, "none");
        TestContext.Out.WriteLine($"{Pipelines} pipelines: read after {read}, {text.Length} characters after {written}, read again after {Stopwatch.GetElapsedTime(began)}");

        Assert.That(reading.Problems, Is.Empty);
        Assert.That(reading.Pipelines, Has.Count.EqualTo(Pipelines));
        Assert.That(again.TryGetValue(out var set) ? set.Pipelines.Count : 0, Is.EqualTo(Pipelines), string.Join('\n', again.Problems.Take(3)));
    }

    /// <summary>One file of little but mistakes, near ones that need a suggestion.</summary>
    [Test]
    [CancelAfter(20_000)]
    public void Thousands_of_mistakes_are_told_and_cost_no_more_than_that()
    {
        var text = new StringBuilder(Policies.Good[..Policies.Good.IndexOf("      gates:", StringComparison.Ordinal)]).Append("      gates:\n        windows:\n");
        for (var at = 0; at < 2_500; at++)
            text.Append(CultureInfo.InvariantCulture, $"          - {{ kind: allow, timeZone: Asia/Tok{at}, day: mon }}\n");
        var problems = Policies.Read(text.ToString()).Problems;
        Assert.That(problems, Has.Length.EqualTo(1_001));
        Assert.That(problems.Select(problem => problem.Code), Does.Contain("policy.more"));
    }

    [Test]
    public void Problems_of_many_files_are_told_up_to_a_bound()
    {
        var file = string.Concat(Enumerable.Range(0, 500).Select(at => $"k{at}: 1\n"));
        var problems = PolicyReader.Read(Enumerable.Range(0, 100).Select(at => new PolicyFile($"{at}.yaml", file))).Problems;
        Assert.That(problems, Has.Length.EqualTo(10_001));
        Assert.That(problems[^1].Code, Is.EqualTo("policy.more"));
    }

    /// <summary>The same files in every run, so that one that fails can be looked at.</summary>
    [Test]
    public void A_hundred_thousand_changed_files_never_make_the_reader_fail()
    {
        string[] sources = [Policies.Good, .. Policies.Samples.Select(file => file.Text), .. Policies.Full[0].Text.Split("---\n")];
        var key = Policies.Full[1];
        var chance = new Chance();
        var (valid, refused) = (0, 0);
        for (var at = 0; at < Mutations; at++)
        {
            var text = Changed(sources[at % sources.Length], chance);
            var problems = Read(text, key, at);
            _ = problems == 0 ? valid++ : refused++;
        }
        TestContext.Out.WriteLine($"{Mutations} files: {valid} without a problem, {refused} with one");
        Assert.That(valid + refused, Is.EqualTo(Mutations));
        Assert.That(refused, Is.GreaterThan(Mutations / 2));
    }

    private static int Read(string text, PolicyFile key, int at)
    {
        try
        {
            var reading = PolicyReader.Read([new PolicyFile("p.yaml", text), key]);
            if (reading.Problems.Any(problem => problem.Line < 1 || problem.Column < 1 || problem.Sentence is "" || problem.ToString().Any(char.IsControl)))
                Assert.Fail($"a problem of file {at} has no place or no sentence:\n{text}\n{string.Join('\n', reading.Problems)}");
            if (reading.Valid)
                _ = CanonicalPolicies.Write(reading.ToSet("none"));
            return reading.Problems.Length;
        }
        catch (Exception fault) when (fault is not AssertionException)
        {
            Assert.Fail($"file {at} made the reader fail: {fault}\n{text}");
            throw;
        }
    }

    private static string Changed(string source, Chance chance)
    {
        var text = new StringBuilder(source);
        for (var count = 1 + chance.Below(3); count > 0; count--)
        {
            var from = chance.Below(text.Length + 1);
            switch (chance.Below(4))
            {
                case 0:
                    text.Remove(from, Math.Min(chance.Below(12), text.Length - from));
                    break;
                case 1:
                    text.Insert(from, Pieces[chance.Below(Pieces.Length)]);
                    break;
                case 2:
                    var length = Math.Min(chance.Below(60), text.Length - from);
                    text.Insert(chance.Below(text.Length + 1), text.ToString(from, length));
                    break;
                default:
                    if (from < text.Length)
                        text[from] = (char)chance.Below(256);
                    break;
            }
        }
        return text.ToString();
    }

    /// <summary>Numbers that look like chance and are the same in every run (splitmix64, Steele, Lea and Flood 2014).</summary>
    private sealed class Chance
    {
        private ulong _state;

        public int Below(int bound)
        {
            var mixed = _state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
        }
    }
}
