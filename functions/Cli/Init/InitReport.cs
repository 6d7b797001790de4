using System.Collections.Immutable;
using CdAutomation.Cli.Output;
using Spectre.Console;

namespace CdAutomation.Cli.Init;

/// <summary>What <c>cdctl init</c> did, for machines.</summary>
/// <param name="Written">False where it was only tried.</param>
/// <param name="Files">The files, by path.</param>
/// <param name="Pipelines">The names of the pipelines that are proposed.</param>
/// <param name="LeftOut">What runs and is in no pipeline.</param>
/// <param name="Unread">Where nothing could be read, and why; empty where all could.</param>
/// <param name="Next">What to do next, in order: commands, and sentences with a # before them.</param>
internal sealed record InitReport(
    bool Written, ImmutableArray<string> Files, ImmutableArray<string> Pipelines, ImmutableArray<LeftOut> LeftOut, ImmutableArray<string> Unread,
    ImmutableArray<string> Next)
{
    public void Tell(Screen screen)
    {
        foreach (var why in Unread)
            screen.Line($"[yellow]?[/] {Markup.Escape(why)}");
        foreach (var rest in LeftOut)
            screen.Line($"[yellow]left out[/] {Markup.Escape(rest.What)}: {Markup.Escape(rest.Why)}");
        foreach (var file in Files)
            screen.Line($"[green]{(Written ? "wrote" : "would write")}[/] {Markup.Escape(file)}");
        screen.Line();
        screen.Line("Next:");
        foreach (var step in Next)
            screen.Line($"  {Markup.Escape(step)}");
    }
}
