using System.Collections.Immutable;
using CdAutomation.Delivery;
using Google.Cloud.Firestore.V1;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Firestore;

/// <content>The failures, in the same database.</content>
public sealed partial class FirestoreJournal : IFailures
{
    private const string Failed = "failures";

    /// <summary>So many useless ones go with each note at the most; a TTL policy takes the rest.</summary>
    private const int ForgottenMax = 100;

    /// <summary>How many values a query with "in" may name (Firestore's page "Query limitations").</summary>
    private const int InMax = 30;

    /// <inheritdoc/>
    public Task NoteAsync(IReadOnlyCollection<Failure> failures, CancellationToken cancellation)
    {
        if (failures.Count == 0)
            return Task.CompletedTask;

        var noted = failures.GroupBy(FailureName, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Aggregate(Later), StringComparer.Ordinal);
        var useless = Queries.On(Failed).Where("at", Operator.LessThan, Fields.Of(failures.Max(failure => failure.At) - Failure.Use)).Rising("at").Only("at");
        return _attempts.RunAsync(async token =>
        {
            var before = await _calls.GetAsync(noted.Keys, [], token);
            var old = await _calls.QueryAsync(useless.AtMost(ForgottenMax), token);
            await _calls.CommitAsync(
            [
                .. noted.Select(it => Writing.Replace(
                    it.Key,
                    before.GetValueOrDefault(it.Key),
                    FailureFields(before.TryGetValue(it.Key, out var kept) ? Later(FailureOf(kept), it.Value) : it.Value))),
                .. old.Where(document => !noted.ContainsKey(document.Name)).Select(Writing.Delete),
            ], token);
            return 0;
        }, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<Failure>> OfAsync(IReadOnlyCollection<string> contents, CancellationToken cancellation)
    {
        var found = new List<Failure>();
        foreach (var some in contents.Distinct(StringComparer.Ordinal).Chunk(InMax))
        {
            var query = Queries.On(Failed).Where("content", Operator.In, Fields.Of(some));
            found.AddRange((await _attempts.RunAsync(async token => await _calls.QueryAsync(query, token), cancellation)).Select(FailureOf));
        }

        return [.. found.OrderByDescending(failure => failure.At)];
    }

    private string FailureName(Failure failure) => _calls.Name(Failed, DocumentId.Of(failure.Content, failure.Topic, failure.MessageId));

    /// <summary>Both as one: the reason of the later, and all of them counted.</summary>
    private static Failure Later(Failure kept, Failure noted) => kept with
    {
        Times = kept.Times + noted.Times,
        PublishedAt = noted.PublishedAt,
        Reason = noted.At >= kept.At ? noted.Reason : kept.Reason,
        At = noted.At >= kept.At ? noted.At : kept.At,
    };

    private static FieldSet FailureFields(Failure failure) => new()
    {
        ["content"] = Fields.Of(failure.Content),
        ["topic"] = Fields.Of(failure.Topic),
        ["messageId"] = Fields.Of(failure.MessageId),
        ["publishedAt"] = Fields.Of(failure.PublishedAt),
        ["at"] = Fields.Of(failure.At),
        ["reason"] = Fields.Json(failure.Reason, StateJson.Default.Reason),
        ["times"] = Fields.Of(failure.Times),
        ["expireAt"] = Fields.Expiry(failure.At + Failure.Use),
    };

    private static Failure FailureOf(Document document) => new(
        document.Text("content"),
        document.Text("topic"),
        document.Text("messageId"),
        document.Instant("publishedAt"),
        document.Instant("at"),
        document.Json("reason", StateJson.Default.Reason)!,
        (int)document.Number("times"));
}
