using Microsoft.Data.Sqlite;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>One SQLite file that one process has to itself. A write that returned survives a kill of the process and a loss of power.
/// Guarded by its caller.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly SqliteConnection _connection;

    /// <param name="file">A path, or <c>:memory:</c>.</param>
    /// <param name="version">The version of the schema this program knows; kept in the file.</param>
    /// <param name="schema">The statements that make a new file; each ends with a semicolon.</param>
    /// <exception cref="IOException">The file is in use by another process, is of a newer version, or is no such file.</exception>
    public SqliteFile(string file, int version, string schema)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 2 }.ConnectionString);
        try
        {
            _connection.Open();
            Prepare(file, version, schema);
        }
        catch (SqliteException refused)
        {
            _connection.Dispose();
            throw new IOException($"{file} cannot be opened: is another process using it? ({refused.Message})", refused);
        }
        catch (IOException)
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>All of it or nothing.</summary>
    public void Together(Action work)
    {
        // Immediate: the exclusive lock is taken now, so that a second process on the same file is refused at its start.
        using var transaction = _connection.BeginTransaction(deferred: false);
        work();
        transaction.Commit();
    }

    /// <param name="sql">A constant; never text from outside.</param>
    /// <param name="values">What stands for <c>$a</c>, <c>$b</c>, and so on.</param>
    public void Run(string sql, params object?[] values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    /// <inheritdoc cref="Run"/>
    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> row, params object?[] values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    public void Dispose() => _connection.Dispose();

    private void Prepare(string file, int version, string schema)
    {
        // FULL: in WAL mode NORMAL would lose the last commits with the power, and a client was told that they are safe.
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE");
        Together(() =>
        {
            var found = Read("PRAGMA user_version", row => row.GetInt32(0))[0];
            if (found > version)
                throw new IOException($"{file} was written by a newer version: {found}, and this one knows {version}");
            if (found == 0)
                Run($"{schema}PRAGMA user_version = {version}");
        });
    }

    private SqliteCommand Command(string sql, object?[] values)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants; what comes from outside travels as a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i] ?? DBNull.Value);
        return command;
    }
}
