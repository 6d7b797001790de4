using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl status</c></summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = Asking.JsonOption();
        var command = new Command("status", "Where every pipeline stands: what runs, what is on its way, what stands in the way.") { json, Connection.UrlOption };
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            json,
            connection => connection.GetAsync("/v1/status", ApiJson.Default.StatusReport, cancellation),
            ApiJson.Default.StatusReport,
            (report, screen) =>
            {
                Telling.Status(report, screen);
                return Exit.Ok;
            }));
        return command;
    }
}
