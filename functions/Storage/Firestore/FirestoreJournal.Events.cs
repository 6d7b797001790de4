using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using Google.Cloud.Firestore.V1;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Firestore;

/// <content>
/// Events. <c>unsettledAt</c> and <c>refusedAt</c> repeat the time of receipt where an event is one or the other, and are absent where it is
/// not: an index of few entries, and no other is needed.
/// </content>
public sealed partial class FirestoreJournal
{
    /// <inheritdoc/>
    public Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation)
    {
        var name = EventName(received.Key);
        var create = Writing.Create(name, Expiring(EventFields(received), received.ReceivedAt));
        return _attempts.RunAsync(async token =>
        {
            try
            {
                await _calls.CommitAsync([create], token);
                return new Receipt(Again: false, Settled: false);
            }
            catch (OvertakenException)
            {
                await _calls.CommitAsync([Writing.Increment(name, "times")], token);
                return new Receipt(Again: true, Settled: (await _calls.GetAsync(name, ["settled"], token))?.Flag("settled") ?? false);
            }
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation)
    {
        var name = EventName(key);
        return _attempts.RunAsync(async token =>
        {
            try
            {
                var settle = Writing.Change(name, new FieldSet { ["settled"] = Fields.Of(true) }, "unsettledAt");
                await _calls.CommitAsync([unheard is null ? settle : await UnheardAsync(settle, unheard, token)], token);
            }
            catch (NotThereException)
            {
                // It was never received, or it is so old that it was deleted.
            }

            return 0;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) => FindAsync(
        Queries.On(Events).Where("unsettledAt", Operator.LessThan, Fields.Of(receivedBefore)).Rising("unsettledAt"), atMost, EventOf, cancellation);

    /// <inheritdoc/>
    public async Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var found = await _attempts.RunAsync(async token => await _calls.GetAsync(keys.Select(EventName), [], token), cancellation);
        return found.Values.Select(EventOf).ToImmutableDictionary(received => received.Key);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation)
    {
        var found = await FindAsync(Queries.On(Events).Falling(refusedOnly ? "refusedAt" : "receivedAt"), atMost, EventOf, cancellation);
        return [.. found.OrderByDescending(it => it.ReceivedAt).ThenBy(it => it.Key, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<EventCounts> CountEventsAsync(CancellationToken cancellation) => new(
        await _attempts.RunAsync(token => _calls.CountAsync(Queries.On(Events), token), cancellation),
        await _attempts.RunAsync(token => _calls.CountAsync(Queries.On(Events).Rising("refusedAt"), token), cancellation));

    /// <summary>With the reason too, unless there was one before.</summary>
    private async Task<Write> UnheardAsync(Write settle, Reason unheard, CancellationToken cancellation)
    {
        var read = await _calls.GetAsync(settle.Update.Name, ["refusal", "receivedAt"], cancellation);
        if (read is null || read.Fields.ContainsKey("refusal"))
            return settle;
        var refused = new FieldSet
        {
            ["settled"] = Fields.Of(true),
            ["refusal"] = Fields.Json(unheard, StateJson.Default.Reason),
            ["refusedAt"] = read.Fields["receivedAt"],
        };
        return Writing.Change(read.Name, refused, "unsettledAt").From(read);
    }

    private string EventName(string key) => _calls.Name(Events, DocumentId.Of(key));

    private static FieldSet EventFields(JournalEvent received) => new FieldSet
    {
        ["key"] = Fields.Of(received.Key),
        ["topic"] = Fields.Of(received.Topic),
        ["messageId"] = Fields.Of(received.MessageId),
        ["publishedAt"] = Fields.Of(received.PublishedAt),
        ["receivedAt"] = Fields.Of(received.ReceivedAt),
        ["size"] = Fields.Of(received.Size),
        ["times"] = Fields.Of(1),
        ["settled"] = Fields.Of(false),
        ["unsettledAt"] = Fields.Of(received.ReceivedAt),
    }
    .With("signal", received.Signal is null ? null : Fields.Json(received.Signal, StateJson.Default.Signal))
    .With("refusal", received.Refusal is null ? null : Fields.Json(received.Refusal, StateJson.Default.Reason))
    .With("refusedAt", received.Refusal is null ? null : Fields.Of(received.ReceivedAt))
    .With("origin", received.Origin is null ? null : Fields.Of(received.Origin));

    private static JournalEvent EventOf(Document document) => new(
        document.Text("key"),
        document.Text("topic"),
        document.Text("messageId"),
        document.Instant("publishedAt"),
        document.Instant("receivedAt"),
        document.Json("signal", StateJson.Default.Signal),
        document.Json("refusal", StateJson.Default.Reason),
        document.Number("size"),
        (int)document.Number("times"),
        document.Flag("settled"))
    {
        Origin = document.Text("origin") is { Length: > 0 } origin ? origin : null,
    };
}
