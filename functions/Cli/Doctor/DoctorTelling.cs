using CdAutomation.Cli.Output;
using Spectre.Console;

namespace CdAutomation.Cli.Doctor;

/// <summary>Tells people what the doctor found.</summary>
internal static class DoctorTelling
{
    public static void Report(DoctorReport report, Screen screen)
    {
        screen.Line($"[bold]{Markup.Escape(report.Place)}[/]");
        foreach (var check in report.Checks)
        {
            screen.Line($"{Mark(check.State)} [bold]{Markup.Escape(check.Check)}[/]: {Markup.Escape(check.Sentence)}");
            if (check.Mend is { } mend)
                screen.Line($"    {Markup.Escape(mend)}");
        }

        screen.Line($"{report.Well} well, {report.Broken} broken, {report.Unknown} not looked at");
    }

    private static string Mark(CheckState state) => state switch
    {
        CheckState.Well => "[green]✔[/]",
        CheckState.Broken => "[red]✗[/]",
        CheckState.Unknown => "[yellow]?[/]",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
