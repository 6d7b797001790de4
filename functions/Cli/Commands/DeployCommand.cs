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
        var stage = new Option<string?>("--stage") { Description = "The one stage it is for. Without it, every stage." };
        var glass = new Option<string[]>("--break-glass")
        {
            Description = "Gates that are not asked, in an emergency: their names in the policy, or freeze, hold, drift, pin. Verification is never left out. Everybody is told.",
            AllowMultipleArgumentsPerToken = true,
        };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line. It is journalled, and needed to break the glass." };
        var command = new Command("deploy", "Asks for one stored image. The pipeline's gates are asked as ever; its tag rules are not, and nothing goes backwards.")
        {
            pipeline,
            image,
            stage,
            glass,
            reason,
            json,
            Connection.UrlOption,
        };
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            json,
            connection => connection.PostAsync(
                $"/v1/pipelines/{Uri.EscapeDataString(arguments.GetRequiredValue(pipeline))}/deploy",
                new DeployOrder(arguments.GetRequiredValue(image))
                {
                    Stage = arguments.GetValue(stage),
                    BreakGlass = arguments.GetValue(glass) is { Length: > 0 } gates ? [.. gates] : null,
                    Reason = arguments.GetValue(reason),
                },
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
