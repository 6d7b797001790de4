using Google.Cloud.PubSub.V1;
using Google.Protobuf;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Topics, subscriptions and what is not yet acknowledged, in one SQLite file. A call that returned survives a kill of the
/// process and a
/// loss of power. Guarded by its caller; leases are not kept, so that after a restart everything unacknowledged is delivered
/// again.</summary>
internal sealed class MessageStore : IDisposable
{
    private const int Version = 1;

    private const string Schema = """
        CREATE TABLE topic (name TEXT PRIMARY KEY, definition BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE subscription (name TEXT PRIMARY KEY, definition BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE message (id INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL);
        CREATE TABLE delivery (
          subscription TEXT NOT NULL, message INTEGER NOT NULL, failures INTEGER NOT NULL, available INTEGER NOT NULL,
          PRIMARY KEY (subscription, message)) WITHOUT ROWID;
        CREATE INDEX delivery_message ON delivery (message);
        """;

    private readonly SqliteFile _file;

    /// <exception cref="IOException">The file belongs to another running host, to a newer version, or is no such file.</exception>
    public MessageStore(string? directory) => _file = new(
        directory is null ? ":memory:" : Path.Combine(Directory.CreateDirectory(directory).FullName, "pubsub.sqlite"), Version, Schema);

    /// <summary>The highest message id ever given; 0 for a new file.</summary>
    public long LastMessageId() =>
        _file.Read("SELECT seq FROM sqlite_sequence WHERE name = 'message'", row => row.GetInt64(0)).FirstOrDefault();

    public IReadOnlyList<Topic> Topics() =>
        _file.Read("SELECT definition FROM topic", row => Topic.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)));

    public IReadOnlyList<Subscription> Subscriptions() =>
        _file.Read("SELECT definition FROM subscription", row => Subscription.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)));

    public IReadOnlyList<(string Subscription, long Message, int Failures, DateTimeOffset Available)> Deliveries() => _file.Read(
        "SELECT subscription, message, failures, available FROM delivery",
        row => (row.GetString(0), row.GetInt64(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))));

    /// <summary>Null when the message is no longer owed to anybody.</summary>
    public PubsubMessage? Message(long id) =>
        _file.Read(
            "SELECT body FROM message WHERE id = $a",
            row => PubsubMessage.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), id).FirstOrDefault();

    public void Keep(Topic topic) =>
        _file.Run(
            "INSERT INTO topic VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
            topic.Name, topic.ToByteArray());

    public void Keep(Subscription subscription) => _file.Run(
        "INSERT INTO subscription VALUES ($a, $b) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        subscription.Name, subscription.ToByteArray());

    /// <summary>Removes the topic and keeps its former subscriptions as they now read.</summary>
    public void DropTopic(string name, IReadOnlyList<Subscription> orphans) => _file.Together(() =>
    {
        _file.Run("DELETE FROM topic WHERE name = $a", name);
        foreach (var orphan in orphans)
            Keep(orphan);
    });

    public void DropSubscription(string name) => _file.Together(() =>
    {
        _file.Run("DELETE FROM subscription WHERE name = $a", name);
        _file.Run("DELETE FROM delivery WHERE subscription = $a", name);
        _file.Run("DELETE FROM message WHERE id NOT IN (SELECT message FROM delivery)");
    });

    public void Append(
        IReadOnlyList<(long Id, PubsubMessage Body)> messages, IReadOnlyList<string> subscriptions, DateTimeOffset available) =>
        _file.Together(() => Insert(messages, subscriptions, available));

    public void Acknowledge(string subscription, IReadOnlyList<long> messages) => _file.Together(() =>
    {
        foreach (var message in messages)
            Settle(subscription, message);
    });

    public void Failed(string subscription, long message, int failures, DateTimeOffset available) => _file.Run(
        "UPDATE delivery SET failures = $c, available = $d WHERE subscription = $a AND message = $b",
        subscription, message, failures, available.ToUnixTimeMilliseconds());

    /// <summary>Takes the message from one subscription and gives its copy to others, in one step: never lost, never in both.</summary>
    public void DeadLetter(
        string from, long message, (long Id, PubsubMessage Body) copy, IReadOnlyList<string> to, DateTimeOffset available) =>
        _file.Together(() =>
        {
            Insert([copy], to, available);
            Settle(from, message);
        });

    public void Dispose() => _file.Dispose();

    private void Insert(
        IReadOnlyList<(long Id, PubsubMessage Body)> messages, IReadOnlyList<string> subscriptions, DateTimeOffset available)
    {
        foreach (var (id, body) in messages)
        {
            _file.Run("INSERT INTO message VALUES ($a, $b)", id, body.ToByteArray());
            foreach (var subscription in subscriptions)
                _file.Run("INSERT INTO delivery VALUES ($a, $b, 0, $c)", subscription, id, available.ToUnixTimeMilliseconds());
        }
    }

    private void Settle(string subscription, long message)
    {
        _file.Run("DELETE FROM delivery WHERE subscription = $a AND message = $b", subscription, message);
        _file.Run("DELETE FROM message WHERE id = $a AND NOT EXISTS (SELECT 1 FROM delivery WHERE message = $a)", message);
    }
}
