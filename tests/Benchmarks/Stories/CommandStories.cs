using System.Text.Json;

namespace CdAutomation.Benchmarks.Stories;

public sealed class CommandStories
{
    private static (int Exit, string Output, string Errors) Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        return (Command.Run(args, output, errors), output.ToString(), errors.ToString());
    }

    [TestCase("--help")]
    [TestCase("analysis", "--help")]
    public void Help_tells_every_option(params string[] args)
    {
        var (exit, output, errors) = Run(args);
        Assert.That((exit, errors), Is.EqualTo((0, "")));
        foreach (var word in (string[])["analysis", "--runs", "--seed", "coldstart", "--program", "--json", "--help", "Exit code"])
            Assert.That(output, Does.Contain(word));
    }

    [TestCase("say what to measure; --help tells more\n")]
    [TestCase("there is no benchmark 'speed'; --help tells more\n", "speed")]
    [TestCase("'--fast' was not understood; --help tells more\n", "analysis", "--fast")]
    [TestCase("--runs needs a value; --help tells more\n", "analysis", "--runs")]
    [TestCase("'0' is nothing that --runs takes here; --help tells more\n", "analysis", "--runs", "0")]
    [TestCase("'10001' is nothing that --runs takes here; --help tells more\n", "analysis", "--runs", "10001")]
    [TestCase("'-1' is nothing that --seed takes here; --help tells more\n", "analysis", "--seed", "-1")]
    [TestCase("'7' is nothing that --seed takes here; --help tells more\n", "coldstart", "--seed", "7")]
    [TestCase("'nothing' is nothing that --program takes here; --help tells more\n", "coldstart", "--program", "nothing")]
    public void What_is_not_understood_is_said_and_nothing_runs(string said, params string[] args) =>
        Assert.That(Run(args), Is.EqualTo((2, "", said)));

    [Test]
    public void The_table_has_a_line_for_each_cell_and_ends_with_what_follows_from_it()
    {
        var (exit, output, errors) = Run("analysis", "--runs", "2", "--seed", "3");
        Assert.That((exit, errors), Is.EqualTo((0, "")));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Is.EqualTo("2 rollouts a line, seed 3"));
        Assert.That(lines[1], Is.EqualTo("maxErrorRate 1%, looked at each minute for 60 minutes, metrics 3 minutes late"));
        Assert.That(lines.Count(it => it.Contains('│') && !it.StartsWith("requests/min", StringComparison.Ordinal)), Is.EqualTo(60));
        Assert.That(lines[^2], Does.StartWith("false rollbacks, the worst line: ours "));
        Assert.That(lines[^1], Does.StartWith("harm that was called healthy at last, the worst line: ours "));
    }

    [Test]
    public void Json_has_the_same_lines_for_scripts()
    {
        var (exit, output, _) = Run("analysis", "--json", "--runs", "2", "--seed", "3");
        Assert.That(exit, Is.Zero);
        using var document = JsonDocument.Parse(output);
        var lines = document.RootElement.GetProperty("lines");
        Assert.That((document.RootElement.GetProperty("runs").GetInt32(), document.RootElement.GetProperty("seed").GetUInt64()), Is.EqualTo((2, 3UL)));
        Assert.That(lines.GetArrayLength(), Is.EqualTo(60));
        var last = lines[59];
        Assert.That(
            (last.GetProperty("requestsAMinute").GetInt32(), last.GetProperty("weight").GetDouble(), last.GetProperty("canaryErrorRate").GetDouble()),
            Is.EqualTo((10_000, 0.5, 0.2)));
        Assert.That(last.GetProperty("ours").GetProperty("rolledBack").GetDouble(), Is.EqualTo(1));
        Assert.That(last.GetProperty("ours").GetProperty("medianMinutes").GetInt32(), Is.EqualTo(4));
        Assert.That(lines[0].GetProperty("ours").GetProperty("medianMinutes").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }
}
