using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Rehearsals;
using CdAutomation.PolicyFiles;
using Spectre.Console;

namespace CdAutomation.Cli.Commands;

/// <summary>What became of one test of the policies, for machines.</summary>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Test">Name of the test.</param>
/// <param name="Passed">Whether the policies answer as it expects.</param>
/// <param name="Sentence">What they answer.</param>
/// <param name="Where">File and line.</param>
/// <param name="Verdicts">What each gate said.</param>
internal sealed record TestLine(string Pipeline, string Test, bool Passed, string Sentence, string Where, IReadOnlyList<Verdict> Verdicts);

/// <summary><c>cdctl test</c></summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a test." };
        var pipeline = new Option<string?>("--pipeline") { Description = "Only the tests of this pipeline." };
        var folder = Reading.FolderArgument();
        var command = new Command("test", "Runs the tests that policies bring with them: what may go where and when, by the rules that decide when it counts.")
        {
            folder, pipeline, json,
        };
        command.SetAction(arguments => Reading.RunValid(arguments, folder, arguments.GetValue(pipeline), (reading, screen) =>
        {
            var policies = reading.ToSet(Reading.NoCommit);
            var tests = policies.Tests.Where(test => arguments.GetValue(pipeline) is not { } only || test.Pipeline == only);
            return Tell([.. tests.Select(test => Line(Rehearsal.Run(policies, test), reading))], arguments.GetValue(json), screen);
        }));
        return command;
    }

    private static TestLine Line(RehearsalResult result, PolicyReading reading) => new(
        result.Test.Pipeline, result.Test.Name, result.Passed, result.Sentence,
        reading.TestPlaces.GetValueOrDefault((result.Test.Pipeline, result.Test.Name), ""),
        result.Verdicts);

    private static int Tell(TestLine[] results, bool json, Screen screen)
    {
        foreach (var result in results)
        {
            if (json)
                screen.Raw(JsonSerializer.Serialize(result, CliJson.Default.TestLine));
            else
                Tell(result, screen);
        }

        var failed = results.Count(result => !result.Passed);
        if (!json)
            screen.Line($"{results.Length - failed} passed, {failed} failed");
        return failed == 0 ? Exit.Ok : Exit.Failed;
    }

    private static void Tell(TestLine result, Screen screen)
    {
        var mark = result.Passed ? "[green]✔[/]" : "[red]✗[/]";
        screen.Line($"{mark} {Markup.Escape(result.Pipeline)}: {Markup.Escape(result.Test)}");
        if (result.Passed)
            return;

        screen.Line($"  {Markup.Escape(result.Where)}: {Markup.Escape(result.Sentence)}");
        foreach (var verdict in result.Verdicts)
            screen.Line($"    {Telling.Mark(verdict.Finding)} {Markup.Escape(verdict.Gate)}: {Markup.Escape(verdict.Reason.Sentence)}");
    }
}
