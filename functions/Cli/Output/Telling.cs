using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Triggers.Requests;
using Spectre.Console;

namespace CdAutomation.Cli.Output;

/// <summary>Tells reports and decisions to people.</summary>
internal static class Telling
{
    public static void Status(StatusReport report, Screen screen)
    {
        screen.Line($"Policies of commit [bold]{Short(report.Commit)}[/], {report.Events.Received} events received, {report.Events.Refused} of them refused.");
        if (report.Pipelines.Sum(pipeline => pipeline.LostEventsHealed) is > 0 and var healed)
            screen.Line($"The registry's own list led to {healed} push{(healed == 1 ? "" : "es")} whose event never came.");
        foreach (var pipeline in report.Pipelines)
            Stages(pipeline, screen);
        if (report.Pipelines.IsEmpty)
            screen.Line("No pipeline is in force yet: commit a policy.");
        PolicyTelling.Edits(report.Edits, screen);
    }

    public static void Why(WhyReport report, Screen screen)
    {
        Stages(report.Status, screen);
        screen.Line();
        if (report.Decisions.IsEmpty)
            screen.Line(report.Image is { } image ? $"Nothing is known of {Markup.Escape(image)}: no event has named it and no survey has found it." : "Nothing was decided yet.");

        foreach (var line in report.Decisions)
        {
            Decision(line.Record, screen);
            var commit = $"policy commit {Short(line.Record.Commit)}";
            var message = line.Message is null ? "" : line.Delivered > 1
                ? $", message {Markup.Escape(line.Message)}, delivered {line.Delivered} times: the others changed nothing"
                : $", message {Markup.Escape(line.Message)}";
            screen.Line($"[grey]                    {commit}{message}[/]");
        }
    }

    public static void Events(EventsReport report, Screen screen)
    {
        screen.Line($"{report.Counts.Received} events received, {report.Counts.Refused} of them refused.");
        foreach (var received in report.Events)
        {
            var what = received.Refusal is { } refusal
                ? $"[yellow]refused[/]  {Markup.Escape(refusal.Code)}: {Markup.Escape(refusal.Sentence)}"
                : $"[green]taken in[/] {Markup.Escape(received.Signal?.GetType().Name ?? "")}";
            var times = received.Times > 1 ? $", {received.Times} times" : "";
            screen.Line($"{received.ReceivedAt:yyyy-MM-dd HH:mm:ss}Z  {Markup.Escape(received.Topic)} {Markup.Escape(received.MessageId)}{times}  {what}");
        }
    }

    /// <summary>One decision in a sentence, with what the gates said.</summary>
    public static void Decision(DecisionRecord record, Screen screen)
    {
        var (colour, word) = Word(record.Outcome);
        var actor = record.Actor is { } who ? $", asked for by {Markup.Escape(who)}" : "";
        screen.Line($"{record.At:yyyy-MM-dd HH:mm:ss}Z  [{colour}]{word,-11}[/] {Markup.Escape(record.Reason.Sentence)}{actor}. [grey]{Markup.Escape(record.Reason.Code)}[/]");
        foreach (var verdict in record.Verdicts.Where(verdict => verdict.Reason != record.Reason))
            screen.Line($"                    {Mark(verdict.Finding)} {Markup.Escape(verdict.Gate)}: {Markup.Escape(verdict.Reason.Sentence)}");
        if (record.NextLook is { } next)
            screen.Line($"                    looked at again at {next:yyyy-MM-dd HH:mm:ss}Z");
    }

    private static void Stages(PipelineStatus pipeline, Screen screen)
    {
        screen.Line($"[bold]{Markup.Escape(pipeline.Pipeline)}[/]");
        foreach (var stage in pipeline.Stages)
        {
            var serving = stage.Serving is { } image ? $"serves {Markup.Escape(image)}" : "not looked at yet";
            var revision = stage.Revision is { } name ? $" as {Markup.Escape(name)}" : "";
            var since = stage.Since is { } at ? $" since {at:yyyy-MM-dd HH:mm:ss}Z" : "";
            screen.Line($"  {Markup.Escape(stage.Stage)}: {serving}{revision}{since}  [grey]{Markup.Escape(stage.Target)}[/]");
            if (stage.Rollout is { } rollout)
                screen.Line($"    [blue]on its way[/]: {Markup.Escape(rollout)}");
            if (stage.Problem is { } problem)
                screen.Line($"    [yellow]in the way[/]: {Markup.Escape(problem)}");
            foreach (var standing in stage.Standing)
                screen.Line($"    [yellow]in the way[/]: {Markup.Escape(standing.Sentence)}");
            foreach (var waiting in stage.Waiting)
            {
                var until = waiting.Until is { } instant ? $", looked at again {instant:yyyy-MM-dd HH:mm:ss}Z" : "";
                screen.Line($"    [yellow]waits[/]: {Markup.Escape(waiting.Release)}: {Markup.Escape(waiting.Reason.Sentence)}{until}");
            }
        }
    }

    private static (string Colour, string Word) Word(Outcome outcome) => outcome switch
    {
        Outcome.Deployed => ("green", "deployed"),
        Outcome.Deploying => ("blue", "deploying"),
        Outcome.WouldDeploy => ("blue", "would deploy"),
        Outcome.Held => ("yellow", "held"),
        Outcome.Refused => ("red", "refused"),
        Outcome.Failed => ("red", "failed"),
        Outcome.RolledBack => ("red", "rolled back"),
        Outcome.Said => ("blue", "said"),
        Outcome.Untold => ("yellow", "not told"),
        Outcome.Superseded => ("grey", "superseded"),
        _ => ("grey", "ignored"),
    };

    /// <summary>A verdict as one sign.</summary>
    public static string Mark(Finding finding) => finding switch
    {
        Finding.Pass => "[green]✔[/]",
        Finding.Hold => "[yellow]►[/]",
        Finding.Unknown => "[yellow]?[/]",
        _ => "[red]✗[/]",
    };

    /// <summary>The beginning of a commit, which tells it from others.</summary>
    public static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;
}
