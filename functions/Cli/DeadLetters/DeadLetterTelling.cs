using CdAutomation.Cli.Output;
using Spectre.Console;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>Tells dead letters to people.</summary>
internal static class DeadLetterTelling
{
    public static void Report(DeadLetterReport report, int limit, Screen screen)
    {
        if (report.Letters.IsEmpty)
            screen.Line("There are no dead letters.");
        foreach (var letter in report.Letters)
            Letter(letter, screen);
        if (report.Letters.Length == limit)
            screen.Line($"There may be more: {limit} were asked for, see --limit.");
    }

    public static void Outcome(DeadLetterOutcome outcome, Screen screen)
    {
        if (outcome.NewId is { } now)
            screen.Line($"{Markup.Escape(outcome.Id)}  [green]{outcome.Done}[/] as {Markup.Escape(now)}");
    }

    private static void Letter(DeadLetter letter, Screen screen)
    {
        var attempts = letter.Attempts is { } count ? $"{count} deliveries" : "an unknown number of deliveries";
        screen.Line($"[bold]{Markup.Escape(letter.Id)}[/]  {Markup.Escape(letter.What)}");
        screen.Line($"  from {Markup.Escape(letter.Topic ?? "a topic that is not known any more")}, subscription {Markup.Escape(letter.Subscription ?? "not named")}");
        screen.Line($"  published {letter.PublishedAt:yyyy-MM-dd HH:mm:ss}Z, given up {letter.DeadAt:yyyy-MM-dd HH:mm:ss}Z after {attempts}");
        screen.Line($"  [yellow]{Markup.Escape(letter.Reason.Code)}[/]: {Markup.Escape(letter.Reason.Sentence)}");
    }
}
