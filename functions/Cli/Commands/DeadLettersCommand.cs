using System.CommandLine;
using CdAutomation.Cli.DeadLetters;
using CdAutomation.Cli.Output;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.Triggers.Requests;
using Grpc.Core;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl deadletters list|replay|drop</c></summary>
internal static class DeadLettersCommand
{
    /// <summary>More are not held at once; what is above it stays where it is.</summary>
    private const int LimitMax = 10_000;

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON: one object for list, one for each letter otherwise." };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask. Where nobody sits at a terminal nothing is asked anyway." };

    private static readonly Option<int> Limit = Number("--limit", 1_000, LimitMax, $"How many letters at most, 1 to {LimitMax}.");

    private static readonly Option<int> Wait = Number(
        "--wait", 3, 60, "For how many seconds Pub/Sub may be silent before there is taken to be no more, 1 to 60. It tells no number.");

    public static Command Create() => new("deadletters", "Messages that kept failing: what they are, why they failed, and what is to become of them.")
    {
        List(),
        Replay(),
        Drop(),
    };

    private static Command List()
    {
        var command = Place(new("list", "Every dead letter and why it failed. Nothing is taken away."));
        command.SetAction((arguments, cancellation) => RunAsync(arguments, desk => desk.ListAsync(arguments, cancellation)));
        return command;
    }

    private static Command Replay()
    {
        var id = new Argument<string?>("id") { Description = "Which letter, as list names it.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All that are there now." };
        var command = Place(new("replay", "Publishes a letter again on its own topic and, when that is done, takes it away.") { id, all, Yes });
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(id) is not null)
                result.AddError("Name the one letter to replay, or say --all.");
        });
        command.SetAction((arguments, cancellation) => RunAsync(arguments, desk => Confirmation.Asks(arguments.GetValue(Yes))
            && arguments.GetValue(all) && !Confirmation.Given("Replay every dead letter that is there now?")
            ? Task.FromResult(Exit.Failed)
            : desk.ReplayAsync(arguments.GetValue(id), cancellation)));
        return command;
    }

    private static Command Drop()
    {
        var id = new Argument<string>("id") { Description = "Which letter, as list names it." };
        var reason = new Option<string>("--reason") { Description = $"Why, in one line of {OrderIntake.ReasonMax} characters at most. It is journalled.", Required = true };
        var command = Place(new("drop", "Journals why a letter is of no use, and takes it away for good.") { id, reason, Yes });
        command.Validators.Add(result =>
        {
            if (result.GetValue(reason) is { } text && (string.IsNullOrWhiteSpace(text) || text.Length > OrderIntake.ReasonMax || text.Any(char.IsControl)))
                result.AddError($"--reason is to be one line of 1 to {OrderIntake.ReasonMax} characters.");
        });
        command.SetAction((arguments, cancellation) => RunAsync(arguments, desk => Confirmation.Asks(arguments.GetValue(Yes))
            && !Confirmation.Given($"Drop {arguments.GetValue(id)} for good?")
            ? Task.FromResult(Exit.Failed)
            : desk.DropAsync(arguments.GetRequiredValue(id), arguments.GetRequiredValue(reason), arguments, cancellation)));
        return command;
    }

    private static Command Place(Command command)
    {
        foreach (var option in (Option[])[PubSubPlace.ProjectOption, PubSubPlace.SubscriptionOption, Limit, Wait, Json, Connection.UrlOption])
            command.Options.Add(option);
        return command;
    }

    private static Option<int> Number(string name, int usual, int most, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && (number < 1 || number > most))
                result.AddError($"{name} is to be a number from 1 to {most}.");
        });
        return option;
    }

    private static async Task<int> RunAsync(ParseResult arguments, Func<DeadLetterDesk, Task<int>> work)
    {
        var screen = Screen.For(arguments);
        try
        {
            using var place = PubSubPlace.Open(arguments);
            try
            {
                var queue = new DeadLetterQueue(place, TimeSpan.FromSeconds(arguments.GetValue(Wait)));
                return await work(new(queue, place.Subscription, arguments.GetValue(Limit), screen, arguments.GetValue(Json)));
            }
            catch (RpcException fault)
            {
                screen.Error(Sentence(fault, place));
                return Exit.Unusable;
            }
        }
        catch (Exception fault) when (fault is ConnectionException or AccessTokenUnavailableException or FormatException or IOException)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    private static string Sentence(RpcException fault, PubSubPlace place) => fault.StatusCode switch
    {
        StatusCode.Unavailable or StatusCode.DeadlineExceeded =>
            $"Pub/Sub does not answer at {place.Endpoint}: {fault.Status.Detail}; is 'cdctl up' running, or is CDAUTOMATION_PUBSUB_ENDPOINT right?",
        StatusCode.NotFound => $"{place.Subscription} is not there: {fault.Status.Detail}; name another with --project and --subscription",
        StatusCode.PermissionDenied or StatusCode.Unauthenticated =>
            $"{place.Subscription} may not be used: {fault.Status.Detail}; it takes roles/pubsub.subscriber, and roles/pubsub.publisher to replay",
        _ => $"Pub/Sub answers {fault.StatusCode}: {fault.Status.Detail}",
    };
}
