using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl events</c></summary>
internal static class EventsCommand
{
    public static Command Create()
    {
        var json = Asking.JsonOption();
        var refused = new Option<bool>("--refused") { Description = "Only those that could not be understood, or concerned no pipeline." };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 500.", DefaultValueFactory = _ => 50 };
        var command = new Command("events", "The events that were received, newest first.") { refused, limit, json, Connection.UrlOption };
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            json,
            connection => connection.GetAsync(
                $"/v1/events?refused={(arguments.GetValue(refused) ? "true" : "false")}&limit={arguments.GetValue(limit)}", ApiJson.Default.EventsReport, cancellation),
            ApiJson.Default.EventsReport,
            (report, screen) =>
            {
                Telling.Events(report, screen);
                return Exit.Ok;
            }));
        return command;
    }
}
