using System.Text.Json;
using CdAutomation.Benchmarks.ColdStart;

namespace CdAutomation.Benchmarks.Stories;

public sealed class ColdStartStories
{
    [Test]
    public void A_function_is_started_without_telemetry_and_with_it_and_both_answer()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        Assert.That(Command.Run(["coldstart", "--runs", "1", "--json"], output, errors), Is.Zero, errors.ToString());
        using var document = JsonDocument.Parse(output.ToString());
        Assert.That(document.RootElement.GetProperty("program").GetString(), Is.EqualTo("CdAutomation.Triggers.dll"));
        var (without, with) = (document.RootElement.GetProperty("withoutMilliseconds"), document.RootElement.GetProperty("withMilliseconds"));
        Assert.That((without.GetArrayLength(), with.GetArrayLength()), Is.EqualTo((1, 1)));
        Assert.That(document.RootElement.GetProperty("medianRatio").GetDouble(), Is.EqualTo(with[0].GetDouble() / without[0].GetDouble()).Within(1e-9));
    }

    [Test]
    public void What_is_no_function_is_said_to_be_none()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.That(Command.Run(["coldstart", "--program", "/bin/true"], output, errors), Is.EqualTo(1));
        Assert.That((output.ToString(), errors.ToString()), Is.EqualTo(("", $"true could not be measured: the program ended before it listened; it said:  {Environment.NewLine}")));
    }

    [Test]
    public void The_table_has_the_quantiles_of_the_times_and_of_their_ratios()
    {
        using var output = new StringWriter { NewLine = "\n" };
        PairsReport.WriteTable(new FunctionProgram(["dotnet", "/some/where.dll"]), new Pairs([100, 200, 300, 400, 500], [110, 220, 330, 440, 550]), output);
        Assert.That(output.ToString(), Is.EqualTo("""
            5 pairs of starts of where.dll, from the process to its first answer
                                          10 %      25 %      50 %      75 %      90 %
            without telemetry, ms          140       200       300       400       460
            with telemetry, ms             154       220       330       440       506
            with / without                1.10      1.10      1.10      1.10      1.10

            """));
    }
}
