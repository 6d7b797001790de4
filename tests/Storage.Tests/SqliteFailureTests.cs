using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Tests;

[TestFixture]
public sealed class SqliteFailureTests : FailureContract
{
    private string _folder = null!;
    private SqliteJournal _open = null!;

    private string File => Path.Combine(_folder, "journal.db");

    protected override IFailures Open()
    {
        _folder = Directory.CreateTempSubdirectory("cda-failures-").FullName;
        return _open = SqliteJournal.Open(File);
    }

    [TearDown]
    public void Closes()
    {
        _open.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_probe_finds_nothing_wrong_with_a_journal_that_can_be_written() =>
        Assert.That(await new StoreProbe(File).ProbeAsync(default), Is.Null);

    [Test]
    public async Task The_probe_names_a_lock_that_somebody_holds_and_what_waits_for_it_is_told_before_a_push_would_give_up()
    {
        using var holder = new SqliteConnection($"Data Source={File};Pooling=False");
        await holder.OpenAsync();
        await using (var transaction = holder.BeginTransaction(deferred: false))
        {
            Assert.That((await new StoreProbe(File).ProbeAsync(default))!.Code, Is.EqualTo("store.locked"));

            // The one that waits for the other process and those that wait for it, all of them.
            var waiting = Enumerable.Range(0, 3).Select(_ => Task.Run(() => _open.NoteAsync([], default))).ToArray();
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            foreach (var write in waiting)
                Assert.That(async () => await write.WaitAsync(deadline.Token), Throws.TypeOf<JournalUnavailableException>());
        }

        Assert.That(await new StoreProbe(File).ProbeAsync(default), Is.Null);
        await _open.NoteAsync([], default);
    }

    [Test]
    public async Task The_probe_names_a_file_that_was_moved_away_though_open_connections_go_on()
    {
        var away = Directory.CreateDirectory(Path.Combine(_folder, "away")).FullName;
        System.IO.File.Move(File, Path.Combine(away, "journal.db"));

        Assert.That((await new StoreProbe(File).ProbeAsync(default))!.Code, Is.EqualTo("store.missing"));
        System.IO.File.Move(Path.Combine(away, "journal.db"), File);
        Assert.That(await new StoreProbe(File).ProbeAsync(default), Is.Null);
    }

    [Test]
    public async Task The_probe_names_a_file_that_is_no_database_and_never_its_path()
    {
        var other = Path.Combine(_folder, "other.db");
        await System.IO.File.WriteAllTextAsync(other, new string('x', 5000));

        var reason = (await new StoreProbe(other).ProbeAsync(default))!;
        Assert.That(reason.Code, Is.EqualTo("store.damaged"));
        Assert.That(reason.Sentence, Does.Not.Contain(_folder));
    }
}
