using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// All that the local Cloud Run knows: one SQLite database, in a file or in memory. One transaction at a time; a write that throws
/// leaves nothing behind, and one that returned survives a kill of the process (WAL, synchronous=FULL).
/// </summary>
internal sealed class RunStore : IDisposable
{
    private const int SchemaVersion = 2;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly RunTables _tables;

    private RunStore(SqliteConnection connection) => (_connection, _tables) = (connection, new RunTables(connection));

    /// <param name="directory">Made when missing; null keeps everything in memory.</param>
    /// <exception cref="IOException">Another process has the directory open, or a newer version wrote it, or it is no database.</exception>
    public static RunStore Open(string? directory)
    {
        var file = directory is null ? ":memory:" : Path.Combine(Directory.CreateDirectory(directory).FullName, "cloud-run.sqlite");
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 2 }.ConnectionString);
        try
        {
            connection.Open();
            Prepare(connection);
            return new(connection);
        }
        catch (SqliteException problem)
        {
            connection.Dispose();
            throw new IOException($"'{file}' cannot be opened (is another process using it?): {problem.Message}", problem);
        }
        catch (IOException)
        {
            connection.Dispose();
            throw;
        }
    }

    public T Read<T>(Func<RunTables, T> ask)
    {
        lock (_gate) return ask(_tables);
    }

    public T Write<T>(Func<RunTables, T> change)
    {
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            var result = change(_tables);
            transaction.Commit();
            return result;
        }
    }

    public void Dispose()
    {
        lock (_gate) _connection.Dispose();
    }

    private static void Prepare(SqliteConnection connection)
    {
        // Exclusive: a second host on the same directory must fail at once instead of reconciling the same services twice.
        Run(connection, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        using var ask = connection.CreateCommand();
        ask.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(ask.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (version > SchemaVersion)
            throw new IOException($"'{connection.DataSource}' has format {version}, and this version knows {SchemaVersion} at most.");
        Run(connection, $"""
            CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS services (
                name TEXT PRIMARY KEY, parent TEXT NOT NULL, created INTEGER NOT NULL UNIQUE, made INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE IF NOT EXISTS revisions (
                name TEXT PRIMARY KEY, service TEXT NOT NULL, parent TEXT NOT NULL, created INTEGER NOT NULL UNIQUE,
                generation INTEGER NOT NULL, readiness INTEGER NOT NULL, digest TEXT NOT NULL,
                failure BLOB, template BLOB NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS revisions_of_service ON revisions (service, created);
            CREATE TABLE IF NOT EXISTS operations (
                name TEXT PRIMARY KEY, parent TEXT NOT NULL, service TEXT NOT NULL, revision TEXT NOT NULL, created INTEGER NOT NULL UNIQUE,
                kind INTEGER NOT NULL, done INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS operations_open ON operations (service, created) WHERE done = 0;
            CREATE TABLE IF NOT EXISTS resources (
                name TEXT PRIMARY KEY, collection TEXT NOT NULL, parent TEXT NOT NULL, created INTEGER NOT NULL UNIQUE,
                open INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS resources_of_parent ON resources (parent, created);
            CREATE INDEX IF NOT EXISTS resources_open ON resources (parent, created) WHERE open = 1;
            PRAGMA user_version={SchemaVersion};
            """);
        // The first write takes the exclusive lock, so that the refusal above comes here and not in the middle of a request.
        Run(connection, "INSERT OR IGNORE INTO facts (key, value) VALUES ('instance', lower(hex(randomblob(8))));");
        Run(connection, "UPDATE facts SET value = value WHERE key = 'instance';");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
