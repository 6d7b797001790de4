using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl policy status</c></summary>
internal static class PolicyStatusCommand
{
    public static Command Create()
    {
        var json = Asking.JsonOption();
        var command = new Command("status", "Which policies are in force, from which commit and since when, and which were refused and why.") { json, Connection.UrlOption };
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            json,
            connection => connection.GetAsync("/v1/policy", ApiJson.Default.PolicyReport, cancellation),
            ApiJson.Default.PolicyReport,
            (report, screen) =>
            {
                PolicyTelling.Report(report, screen);
                return report.Active is null ? Exit.Failed : Exit.Ok;
            }));
        return command;
    }
}
