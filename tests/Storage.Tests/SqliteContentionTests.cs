using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;

namespace CdAutomation.Storage.Tests;

[TestFixture]
public sealed class SqliteContentionTests : ContentionContract
{
    private string _folder = null!;
    private SqliteJournal _open = null!;

    protected override IJournal Journal => _open;

    protected override int Increments => 2000;

    [SetUp]
    public void Opens()
    {
        _folder = Directory.CreateTempSubdirectory("cda-contention-").FullName;
        _open = SqliteJournal.Open(Path.Combine(_folder, "journal.db"));
    }

    [TearDown]
    public void Closes()
    {
        _open.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
