using CdAutomation.Delivery;
using CdAutomation.Domain;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Sqlite;

/// <summary>
/// Takes the write lock of the journal's file on a connection of its own and gives it back: connections that are open already go on in a
/// file that was moved away, and reads go on while nobody can write.
/// </summary>
public sealed class StoreProbe(string path) : IProbeStore
{
    private const int SecondsMax = 1;

    // Result codes of SQLite (its page "Result and Error Codes").
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly string _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = false,
        DefaultTimeout = SecondsMax,
    }.ToString();

    /// <inheritdoc/>
    public Task<Reason?> ProbeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Probe());
    }

    private Reason? Probe()
    {
        try
        {
            using var connection = new SqliteConnection(_connection);
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            transaction.Rollback();
            return null;
        }
        catch (SqliteException fault)
        {
            return fault.SqliteErrorCode switch
            {
                Busy => new("store.locked", $"another process has held the write lock of the journal's file for {SecondsMax} s"),
                ReadOnly => new("store.readOnly", "the journal's file may be read but not written by this process"),
                InputOutput => new("store.disk", "the disk of the journal's file answers with errors"),
                Corrupt or NotADatabase => new("store.damaged", "the journal's file is damaged, or is no database"),
                Full => new("store.full", "the disk of the journal's file is full"),
                CannotOpen => new("store.missing", "the journal's file is not where it should be, or may not be opened"),
                var code => new("store.unusable", $"the journal's file cannot be used, by SQLite's result code {code}"),
            };
        }
    }
}
