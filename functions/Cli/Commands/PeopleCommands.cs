using System.CommandLine;
using System.Globalization;
using CdAutomation.Cli.Output;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary>What people say to a pipeline: <c>cdctl hold</c>, <c>resume</c>, <c>pin</c>, … Each is one order to the API, told with what came of it.</summary>
internal static class PeopleCommands
{
    private static readonly Option<bool> Json = Asking.JsonOption();

    private static readonly Argument<string> Pipeline = new("pipeline") { Description = "Name of the pipeline." };

    private static readonly Option<string> Stage = new("--stage") { Description = "Name of the stage.", Required = true };

    private static readonly Option<string> Image = new("--image") { Description = "A tag, or the beginning of a digest.", Required = true };

    private static readonly Option<string?> To = new("--to") { Description = "Tag, digest or id of a release that ran there before. Without it, the last that did well." };

    private static readonly Option<string?> Why = new("--reason") { Description = "Why, in one line. It is journalled." };

    private static readonly Option<string?> For = Span();

    public static IEnumerable<Command> Create() =>
    [
        Of("approve", "Says that a release may go to a stage. Your own identity votes, and counts once.", Stage, Image),
        Of("reject", "Says that a release must not go to a stage. It lasts.", Stage, Image),
        Of("rollback", "Takes a stage back to what it ran before. What it ran is not taken again by itself.", Stage, To),
        Of("hold", "A stage takes nothing new, until somebody resumes it or the time is up.", Stage, For),
        Of("resume", "A stage takes releases again: ends a hold, accepts what somebody changed by hand, lets a canary with too little traffic go on.", Stage),
        Of("pin", "A stage stays on one image, and takes it if it does not run there yet.", Stage, Image, For),
        Of("unpin", "A stage goes on with what its policy chooses.", Stage),
        Of("freeze", "Nothing moves in any stage of a pipeline.", For),
        Of("unfreeze", "A frozen pipeline moves again."),
        Of("quarantine", "An image is never taken again, in no stage.", Image),
        Of("unquarantine", "An image may be taken again, and tried again where it failed.", Image),
    ];

    private static Command Of(string word, string description, params Option[] options)
    {
        var command = new Command(word, description) { Pipeline };
        foreach (var option in (Option[])[.. options, Why, Json, Connection.UrlOption])
            command.Options.Add(option);
        command.SetAction((arguments, cancellation) => Asking.RunAsync(
            arguments,
            Json,
            connection => connection.PostAsync(
                $"/v1/pipelines/{Uri.EscapeDataString(arguments.GetRequiredValue(Pipeline))}/commands",
                Order(word, arguments, options),
                ApiJson.Default.CommandOrder,
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

    private static CommandOrder Order(string word, ParseResult arguments, Option[] options)
    {
        string? Value(Option<string> option) => options.Contains(option) ? arguments.GetValue(option) : null;
        DateTimeOffset? until = options.Contains(For) && arguments.GetValue(For) is { } span ? TimeProvider.System.GetUtcNow() + Parse(span)!.Value : null;
        return new(word, Value(Stage), Value(Image), options.Contains(To) ? arguments.GetValue(To) : null, until, arguments.GetValue(Why));
    }

    /// <summary>What was said is taken in unless the pipeline refused it; what it led to may still be under way.</summary>
    private static int CodeOf(WhyReport report) => report.Decisions.Select(line => line.Record.Outcome).ToArray() switch
    {
        [] or [Outcome.Refused, ..] => Exit.Failed,
        [.., Outcome.Deploying] => Exit.Pending,
        _ => Exit.Ok,
    };

    private static Option<string?> Span()
    {
        var option = new Option<string?>("--for") { Description = "For how long, as 90s, 30m, 2h or 3d. Without it, until somebody ends it." };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && Parse(text) is null)
                result.AddError($"--for is '{text}', which is no span of time of at most 90 days; 90s, 30m, 2h and 3d are.");
        });
        return option;
    }

    private static TimeSpan? Parse(string text)
    {
        TimeSpan? unit = text is [.., var letter] ? letter switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        } : null;
        return unit is { } one && uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count * one <= TimeSpan.FromDays(90)
            ? count * one
            : null;
    }
}
