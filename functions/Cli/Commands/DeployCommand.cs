using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl deploy</c></summary>
internal static class DeployCommand
{
    public static Command Create()
    {
        var json = Asking.JsonOption();
        var pipeline = new Argument<string>("pipeline") { Description = "Name of the pipeline." };
        var image = new Option<string>("--image") { Description = "A stored image: its tag, its digest, or its whole reference.", Required = true };
        var command = new Command("deploy", "Asks for one stored image. The pipeline's gates are asked as ever; its tag rules are not, and nothing goes backwards.")
        {
            pipeline,
            image,
            json,
            Connection.UrlOption,
        };
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            json,
            connection => connection.PostAsync(
                $"/v1/pipelines/{Uri.EscapeDataString(arguments.GetRequiredValue(pipeline))}/deploy",
                new DeployOrder(arguments.GetRequiredValue(image)),
                ApiJson.Default.DeployOrder,
                ApiJson.Default.WhyReport,
                cancellation),
            ApiJson.Default.WhyReport,
            (report, screen) =>
            {
                Telling.Why(report, screen);
                return CodeOf(report);
            }));
        return command;
    }

    private static int CodeOf(WhyReport report) => report.Decisions.LastOrDefault()?.Record is not { } last
        ? Exit.Failed
        : last.Outcome switch
        {
            Outcome.Deployed => Exit.Ok,
            Outcome.Deploying or Outcome.Held => Exit.Pending,
            _ when last.Reason.Code == "candidate.serving" => Exit.Ok,
            _ => Exit.Failed,
        };
}
