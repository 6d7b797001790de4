using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;

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
