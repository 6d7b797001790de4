using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Delivery;

namespace CdAutomation.Storage.Sqlite;

/// <summary>The failures, in the same file.</summary>
public sealed partial class SqliteJournal : IFailures
{
    /// <inheritdoc/>
    public Task NoteAsync(IReadOnlyCollection<Failure> failures, CancellationToken cancellation) => _database.WriteAsync(write =>
    {
        foreach (var failure in failures)
        {
            write.Execute(
                """
                insert into failure (content, topic, message_id, published_at, at, reason, times)
                values (@content, @topic, @messageId, @publishedAt, @at, @reason, @times)
                on conflict (content, topic, message_id) do update set
                    times = times + excluded.times,
                    published_at = excluded.published_at,
                    reason = case when excluded.at >= at then excluded.reason else reason end,
                    at = max(at, excluded.at)
                """,
                ("@content", failure.Content),
                ("@topic", failure.Topic),
                ("@messageId", failure.MessageId),
                ("@publishedAt", failure.PublishedAt.ToUnixTimeMilliseconds()),
                ("@at", failure.At.ToUnixTimeMilliseconds()),
                ("@reason", JsonSerializer.Serialize(failure.Reason, StateJson.Default.Reason)),
                ("@times", failure.Times));
        }

        return failures.Count == 0 ? 0 : write.Execute(
            "delete from failure where at < @useless",
            ("@useless", (failures.Max(failure => failure.At) - Failure.Use).ToUnixTimeMilliseconds()));
    }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<Failure>> OfAsync(IReadOnlyCollection<string> contents, CancellationToken cancellation) =>
        _database.ReadAsync<ImmutableArray<Failure>>(
            read =>
            [
                .. contents.Distinct()
                    .SelectMany(content => read.Rows(
                        "select content, topic, message_id, published_at, at, reason, times from failure where content = @content",
                        row => new Failure(
                            row.GetString(0),
                            row.GetString(1),
                            row.GetString(2),
                            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
                            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
                            JsonSerializer.Deserialize(row.GetString(5), StateJson.Default.Reason)!,
                            row.GetInt32(6)),
                        ("@content", content)))
                    .OrderByDescending(failure => failure.At),
            ],
            cancellation);
}
