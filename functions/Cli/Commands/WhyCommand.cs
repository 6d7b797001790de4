using System.CommandLine;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl why</c></summary>
internal static class WhyCommand
{
    public static Command Create()
    {
        var json = Asking.JsonOption();
        var pipeline = new Argument<string>("pipeline") { Description = "Name of the pipeline." };
        var image = new Option<string?>("--image") { Description = "Only this image: a tag, or the beginning of a digest." };
        var command = new Command("why", "What was decided of a pipeline's images, when, under which policy commit, and why.") { pipeline, image, json, Connection.UrlOption };
        command.SetAction((arguments, cancellation) =>
        {
            var query = arguments.GetValue(image) is { } wanted ? $"?image={Uri.EscapeDataString(wanted)}" : "";
            return Asking.RunAsync(
                arguments,
                json,
                connection => connection.GetAsync(
                    $"/v1/pipelines/{Uri.EscapeDataString(arguments.GetRequiredValue(pipeline))}/why{query}", ApiJson.Default.WhyReport, cancellation),
                ApiJson.Default.WhyReport,
                (report, screen) =>
                {
                    Telling.Why(report, screen);
                    return report.Decisions.IsEmpty && report.Image is not null ? Exit.Failed : Exit.Ok;
                });
        });
        return command;
    }
}
