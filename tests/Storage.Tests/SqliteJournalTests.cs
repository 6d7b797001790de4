using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Tests;

[TestFixture]
public sealed class SqliteJournalTests : JournalContract
{
    private string _folder = null!;
    private SqliteJournal _open = null!;

    protected override IJournal Open()
    {
        _folder = Directory.CreateTempSubdirectory("cda-journal-").FullName;
        return _open = SqliteJournal.Open(Path.Combine(_folder, "journal.db"));
    }

    [TearDown]
    public void Closes()
    {
        _open.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Another_process_sees_what_was_kept()
    {
        await _open.ActivateAsync(new("one", DateTimeOffset.UnixEpoch, "git", null, null, DateTimeOffset.UnixEpoch, ""), 0, default);
        using var other = SqliteJournal.Open(Path.Combine(_folder, "journal.db"));

        Assert.That(await other.ActiveCommitAsync(default), Is.EqualTo("one"));
    }

    [Test]
    public async Task A_file_of_a_version_that_kept_no_origins_is_opened_and_keeps_them_from_now_on()
    {
        var path = Path.Combine(_folder, "older.db");
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                create table event (key text primary key, topic text not null, message_id text not null, published_at integer not null, received_at integer not null,
                    signal text, refusal text, size integer not null, times integer not null default 1, settled integer not null default 0) without rowid;
                insert into event (key, topic, message_id, published_at, received_at, size) values ('gcr/1/a', 'gcr', '1', 0, 0, 3);
                """;
            command.ExecuteNonQuery();
        }

        using var journal = SqliteJournal.Open(path);
        using var another = SqliteJournal.Open(path);
        await journal.ReceiveAsync(new("gcr/2/b", "gcr", "2", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, null, 3) { Origin = "somewhere" }, default);
        var events = await another.EventsAsync(["gcr/1/a", "gcr/2/b"], default);
        Assert.That((events["gcr/1/a"].Origin, events["gcr/2/b"].Origin), Is.EqualTo(((string?)null, "somewhere")));
    }

    [Test]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        var path = Path.Combine(_folder, "other.db");
        File.WriteAllText(path, new string('x', 5000));

        Assert.That(() => SqliteJournal.Open(path), Throws.TypeOf<JournalUnavailableException>().With.Message.Contain("not a database"));
    }

    [Test]
    public async Task A_journal_whose_disk_is_gone_says_that_it_is_unavailable()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "gone")).FullName;
        using var journal = SqliteJournal.Open(Path.Combine(folder, "journal.db"));
        journal.Dispose();
        Directory.Delete(folder, recursive: true);

        Assert.That(async () => await journal.LoadAsync("shop", default), Throws.TypeOf<JournalUnavailableException>());
        await Task.CompletedTask;
    }
}
