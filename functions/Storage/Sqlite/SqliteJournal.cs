using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Storage.Sqlite;

/// <summary>The journal in one SQLite file. Several processes may share it; the file's own lock makes each save whole.</summary>
public sealed partial class SqliteJournal : IJournal, IDisposable
{
    private readonly Database _database;

    private SqliteJournal(Database database) => _database = database;

    /// <summary>Opens the file, making it where there is none.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="JournalUnavailableException">It cannot be opened.</exception>
    public static SqliteJournal Open(string path)
    {
        var database = new Database(path);
        database.Run(Schema.Create);
        database.RunWhere(Schema.LacksOrigin, Schema.AddOrigin);
        return new(database);
    }

    /// <inheritdoc/>
    public Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation) => _database.WriteAsync(write =>
    {
        var added = write.Execute(
            """
            insert into event (key, topic, message_id, published_at, received_at, signal, refusal, size, origin)
            values (@key, @topic, @messageId, @publishedAt, @receivedAt, @signal, @refusal, @size, @origin)
            on conflict (key) do nothing
            """,
            ("@key", received.Key),
            ("@topic", received.Topic),
            ("@messageId", received.MessageId),
            ("@publishedAt", received.PublishedAt.ToUnixTimeMilliseconds()),
            ("@receivedAt", received.ReceivedAt.ToUnixTimeMilliseconds()),
            ("@signal", received.Signal is null ? null : JsonSerializer.Serialize(received.Signal, StateJson.Default.Signal)),
            ("@refusal", received.Refusal is null ? null : JsonSerializer.Serialize(received.Refusal, StateJson.Default.Reason)),
            ("@size", received.Size),
            ("@origin", received.Origin));
        if (added == 1)
            return new Receipt(Again: false, Settled: false);

        write.Execute("update event set times = times + 1 where key = @key", ("@key", received.Key));
        return new Receipt(Again: true, Settled: write.Scalar<long>("select settled from event where key = @key", ("@key", received.Key)) == 1);
    }, cancellation);

    /// <inheritdoc/>
    public Task SettleAsync(string key, Reason? unheard, CancellationToken cancellation) => _database.WriteAsync(write => write.Execute(
        "update event set settled = 1, refusal = coalesce(refusal, @unheard) where key = @key",
        ("@key", key),
        ("@unheard", unheard is null ? null : JsonSerializer.Serialize(unheard, StateJson.Default.Reason))), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) =>
        _database.ReadAsync(read => read.Rows(
            $"select {EventRow.Columns} from event where settled = 0 and received_at < @before order by received_at limit @atMost",
            EventRow.Read,
            ("@before", receivedBefore.ToUnixTimeMilliseconds()),
            ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation) => _database.ReadAsync(read => read
        .Rows(
            "select version, state from pipeline where name = @name",
            row => new Kept(pipeline, row.GetInt64(0), JsonSerializer.Deserialize(row.GetString(1), StateJson.Default.PipelineState)!),
            ("@name", pipeline))
        .FirstOrDefault() ?? new Kept(pipeline, 0, PipelineState.New), cancellation);

    /// <inheritdoc/>
    public Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
    {
        var state = JsonSerializer.Serialize(decision.Next, StateJson.Default.PipelineState);
        return _database.WriteAsync(write =>
        {
            var moved = write.Execute(
                """
                insert into pipeline (name, version, policy_commit, wake_at, state)
                select @name, 1, @commit, @wakeAt, @state where @version = 0
                on conflict (name) do nothing
                """,
                Parameters(before, decision, state));
            if (before.Version > 0)
            {
                moved = write.Execute(
                    "update pipeline set version = version + 1, policy_commit = @commit, wake_at = @wakeAt, state = @state where name = @name and version = @version",
                    Parameters(before, decision, state));
            }

            if (moved == 0)
                throw new StateMovedException(before.Pipeline);

            foreach (var record in decision.Records)
                Append(write, record);
            return new Kept(before.Pipeline, before.Version + 1, decision.Next);
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) => _database.ReadAsync(read => read.Rows(
        "select name from pipeline where wake_at <= @now order by wake_at limit @atMost",
        row => row.GetString(0),
        ("@now", now.ToUnixTimeMilliseconds()),
        ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation) => _database.ReadAsync(read => read
        .Rows("select name from pipeline where policy_commit = @commit", row => row.GetString(0), ("@commit", commit))
        .ToImmutableHashSet(StringComparer.Ordinal), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation) => _database.ReadAsync(read => read.Rows(
        """
        select record from decision
        where pipeline = @pipeline and (@image is null or tag = @image or digest like @digest escape '\')
        order by number desc limit @atMost
        """,
        row => JsonSerializer.Deserialize(row.GetString(0), StateJson.Default.DecisionRecord)!,
        ("@pipeline", query.Pipeline),
        ("@image", query.Image),
        ("@digest", query.Image is { } image ? DigestPattern(image) : null),
        ("@atMost", query.AtMost)), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation) => _database.ReadAsync(read => read.Rows(
        "select number, record from decision where number > @after order by number limit @atMost",
        row => new NumberedRecord(row.GetInt64(0), JsonSerializer.Deserialize(row.GetString(1), StateJson.Default.DecisionRecord)!),
        ("@after", after),
        ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task<long> LatestNumberAsync(CancellationToken cancellation) =>
        _database.ReadAsync(read => read.Scalar<long>("select coalesce(max(number), 0) from decision"), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableDictionary<string, JournalEvent>> EventsAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) => _database.ReadAsync(
        read => keys
            .SelectMany(key => read.Rows($"select {EventRow.Columns} from event where key = @key", EventRow.Read, ("@key", key)))
            .ToImmutableDictionary(found => found.Key), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<JournalEvent>> LatestEventsAsync(bool refusedOnly, int atMost, CancellationToken cancellation) =>
        _database.ReadAsync(read => read.Rows(
            $"select {EventRow.Columns} from event where @all or refusal is not null order by received_at desc, key limit @atMost",
            EventRow.Read,
            ("@all", !refusedOnly),
            ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task<EventCounts> CountEventsAsync(CancellationToken cancellation) => _database.ReadAsync(read => new EventCounts(
        read.Scalar<long>("select count(*) from event"),
        read.Scalar<long>("select count(*) from event where refusal is not null")), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static (string, object?)[] Parameters(Kept before, Decision decision, string state) =>
    [
        ("@name", before.Pipeline),
        ("@version", before.Version),
        ("@commit", decision.Next.Commit),
        ("@wakeAt", decision.Next.WakeAt?.ToUnixTimeMilliseconds()),
        ("@state", state),
    ];

    private static void Append(Session write, DecisionRecord record) => write.Execute(
        """
        insert into decision (id, pipeline, at, tag, digest, record) values (@id, @pipeline, @at, @tag, @digest, @record)
        on conflict (id) do nothing
        """,
        ("@id", record.Id),
        ("@pipeline", record.Pipeline),
        ("@at", record.At.ToUnixTimeMilliseconds()),
        ("@tag", record.Tag),
        ("@digest", record.Digest?.Value),
        ("@record", JsonSerializer.Serialize(record, StateJson.Default.DecisionRecord)));

    private static string? DigestPattern(string image)
    {
        var hex = image.StartsWith("sha256:", StringComparison.Ordinal) ? image["sha256:".Length..] : image;
        return hex.Length >= 4 && hex.All(char.IsAsciiHexDigitLower) ? $"sha256:{hex}%" : null;
    }
}
