using CdAutomation.Delivery.Policies;
using Spectre.Console;

namespace CdAutomation.Cli.Output;

/// <summary>Tells people about the policies themselves.</summary>
internal static class PolicyTelling
{
    public static void Report(PolicyReport report, Screen screen)
    {
        if (report.Active is { } active)
        {
            screen.Line($"In force: commit [bold]{Markup.Escape(active.Commit)}[/] of {Time(active.CommittedAt)}, since {Time(active.Since)}");
            screen.Line($"  from      {Markup.Escape(active.Source)}");
            if (active.Image is { } image)
                screen.Line($"  as        {Markup.Escape(image)}");
            screen.Line(active.Pipelines.IsEmpty
                ? "  pipelines none that this version can read"
                : $"  pipelines {Markup.Escape(string.Join(", ", active.Pipelines))}");
        }
        else
        {
            screen.Line("No policies are in force: nothing is deployed until some are.");
        }

        Edits(report.Edits, screen);
        foreach (var refusal in report.Refused)
            Refused(refusal, screen);
    }

    /// <summary>That there are edits that nobody has committed.</summary>
    public static void Edits(IReadOnlyCollection<string> edits, Screen screen)
    {
        if (edits.Count > 0)
            screen.Line($"[yellow]Not committed[/], and so without effect: {Markup.Escape(string.Join(", ", edits))}");
    }

    private static void Refused(PolicyRefusal refusal, Screen screen)
    {
        var word = refusal.Waits ? "[yellow]waits[/]  " : "[red]refused[/]";
        var what = refusal.Commit is { } commit ? $"commit {commit}" : $"{refusal.Repository}@{refusal.Digest}";
        screen.Line($"{Time(refusal.At)}  {word} {Markup.Escape(what)}");
        foreach (var reason in refusal.Reasons)
            screen.Line($"                      {Markup.Escape(reason.Sentence)}. [grey]{Markup.Escape(reason.Code)}[/]");
    }

    private static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
