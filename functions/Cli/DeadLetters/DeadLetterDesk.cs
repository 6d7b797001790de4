using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Output;
using CdAutomation.Domain;
using CdAutomation.Triggers.Requests;
using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>Where dead letters are looked at, sent again and thrown away. What is not dealt with is given back before the end.</summary>
internal sealed class DeadLetterDesk(DeadLetterQueue queue, string subscription, int limit, Screen screen, bool json)
{
    /// <summary>Tells every letter.</summary>
    public async Task<int> ListAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var letters = ImmutableArray.CreateBuilder<DeadLetter>();
        await EachAsync(async received =>
        {
            // Only what is told of it is held, not its data.
            var letter = DeadLetterReader.Read(received.Message);
            letters.Add(letter with { Topic = await queue.TopicOfAsync(letter.Subscription, cancellation) });
            return false;
        }, cancellation);

        var explained = await FailureLookup.ExplainAsync(
            [.. letters.OrderBy(letter => letter.PublishedAt).ThenBy(letter => letter.Id, StringComparer.Ordinal)], arguments, cancellation);
        var report = new DeadLetterReport(subscription, explained);
        if (json)
            screen.Raw(JsonSerializer.Serialize(report, CliJson.Default.DeadLetterReport));
        else
            DeadLetterTelling.Report(report, limit, screen);
        return Exit.Ok;
    }

    /// <summary>Publishes one letter again, or with null all that are dead before this begins.</summary>
    public async Task<int> ReplayAsync(string? id, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetUtcNow();
        var (replayed, left) = (0, 0);
        await EachAsync(async received =>
        {
            // One that dies again meanwhile is a letter of its own: to replay it too could go on for ever.
            if (id is null ? received.Message.PublishTime.ToDateTimeOffset() > begun : received.Message.MessageId != id)
                return false;

            var outcome = await ReplayAsync(received, cancellation);
            Tell(outcome);
            (replayed, left) = outcome.Problem is null ? (replayed + 1, left) : (replayed, left + 1);
            return id is not null;
        }, cancellation);
        return Ended(id, replayed, left);
    }

    /// <summary>Has the reason journalled and then takes the letter away.</summary>
    public async Task<int> DropAsync(string id, string reason, ParseResult arguments, CancellationToken cancellation)
    {
        using var connection = Connection.Open(arguments);
        var (dropped, left) = (0, 0);
        await EachAsync(async received =>
        {
            if (received.Message.MessageId != id)
                return false;

            var outcome = await DropAsync(received, reason, connection, cancellation);
            Tell(outcome);
            (dropped, left) = outcome.Problem is null ? (1, 0) : (0, 1);
            return true;
        }, cancellation);
        return Ended(id, dropped, left);
    }

    private async Task<DeadLetterOutcome> ReplayAsync(ReceivedMessage received, CancellationToken cancellation)
    {
        var id = received.Message.MessageId;
        var source = DeadLetterReader.SourceOf(received.Message);
        if (await queue.TopicOfAsync(source, cancellation) is not { } topic)
            return Left(id, "deadLetter.noTopic", $"its topic is not known, for {source ?? "a subscription that it does not name"} cannot be read");
        try
        {
            var again = await queue.PublishAsync(topic, DeadLetterReader.Original(received.Message), cancellation);
            await queue.AcknowledgeAsync(received.AckId, cancellation);
            return new(id, "replayed", again, null);
        }
        catch (RpcException fault) when (fault.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.InvalidArgument)
        {
            return Left(id, "deadLetter.refused", $"{topic} does not take it: {fault.Status.Detail}");
        }
    }

    private async Task<DeadLetterOutcome> DropAsync(ReceivedMessage received, string reason, Connection connection, CancellationToken cancellation)
    {
        var letter = DeadLetterReader.Read(received.Message);
        var topic = await queue.TopicOfAsync(letter.Subscription, cancellation) ?? subscription;
        var order = new DropOrder(topic[(topic.LastIndexOf('/') + 1)..], letter.Content, letter.PublishedAt, letter.Size, reason);
        var (answer, problem) = await connection.PostAsync(
            $"/v1/dead-letters/{Uri.EscapeDataString(letter.Id)}/drop", order, ApiJson.Default.DropOrder, ApiJson.Default.DropAnswer, cancellation);
        if (answer is null)
            return Left(letter.Id, "deadLetter.notJournalled", $"the reason could not be journalled: {problem!.Title}, {problem.Detail}");

        await queue.AcknowledgeAsync(received.AckId, cancellation);
        return new(letter.Id, "dropped", answer.Event, null);
    }

    /// <summary>Shows each letter to whoever decides about it, until that was the last that is wanted, and gives back what is left.</summary>
    private async Task EachAsync(Func<ReceivedMessage, Task<bool>> isLast, CancellationToken cancellation)
    {
        try
        {
            await foreach (var received in queue.PullAsync(limit, cancellation))
            {
                if (await isLast(received))
                    break;
            }
        }
        finally
        {
            await queue.GiveBackAsync();
        }
    }

    private int Ended(string? id, int done, int left)
    {
        if (id is not null && done + left == 0)
        {
            screen.Error($"there is no letter {id} among the first {limit} of {subscription}; 'cdctl deadletters list' names those there are");
            return Exit.Failed;
        }

        if (id is null && done + left == 0 && !json)
            screen.Line("There are no dead letters.");
        return left == 0 ? Exit.Ok : Exit.Failed;
    }

    private void Tell(DeadLetterOutcome outcome)
    {
        if (json)
            screen.Raw(JsonSerializer.Serialize(outcome, CliJson.Default.DeadLetterOutcome));
        else
            DeadLetterTelling.Outcome(outcome, screen);
        if (outcome.Problem is { } problem)
            screen.Error($"{outcome.Id} is left where it is: {problem.Sentence}");
    }

    private static DeadLetterOutcome Left(string id, string code, string sentence) => new(id, "left", null, new Reason(code, sentence));
}
