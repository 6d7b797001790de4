using System.Collections.Immutable;
using System.Diagnostics;
using CdAutomation.Delivery;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Sqlite;

/// <summary>The file: one writer at a time within the process, as many readers as come, and the file's own lock between processes.</summary>
internal sealed class Database : IDisposable
{
    /// <summary>
    /// How long a write waits for others, in seconds; they last milliseconds. Below 10, the shortest deadline that a push subscription can
    /// have: the sender is to be told that nothing was kept, and not to give up unanswered.
    /// </summary>
    private const int WaitMax = 8;

    /// <summary>The name of the database in telemetry.</summary>
    public const string System = "sqlite";

    private readonly string _connection;
    private readonly SemaphoreSlim _writer = new(1);

    public Database(string path) => _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Cache = SqliteCacheMode.Private,
        Pooling = true,
        DefaultTimeout = WaitMax,
    }.ToString();

    public void Run(string script) => Guarded(() =>
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
        return 0;
    });

    /// <summary>Runs a script, if a query has a row; other processes may be doing the same.</summary>
    public void RunWhere(string query, string script) => Guarded(() =>
    {
        using var connection = Open();
        using (var look = connection.BeginTransaction(deferred: true))
        {
            if (new Session(connection, look).Rows(query, _ => 0).IsEmpty)
                return 0;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        var session = new Session(connection, transaction);
        if (!session.Rows(query, _ => 0).IsEmpty)
            session.Execute(script);
        transaction.Commit();
        return 0;
    });

    public Task<T> ReadAsync<T>(Func<Session, T> read, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Guarded(() =>
        {
            using var connection = Open();
            // One snapshot for all that one answer is made of.
            using var transaction = connection.BeginTransaction(deferred: true);
            return read(new Session(connection, transaction));
        }));
    }

    public async Task<T> WriteAsync<T>(Func<Session, T> write, CancellationToken cancellation)
    {
        var arrived = Stopwatch.GetTimestamp();
        if (!await _writer.WaitAsync(TimeSpan.FromSeconds(WaitMax), cancellation))
            throw new JournalUnavailableException($"The journal's file was busy for {WaitMax} s with what others of this process write", new TimeoutException());
        try
        {
            return Guarded(() =>
            {
                using var connection = Open();
                // What was waited for others of this process is not waited for those of another as well; whole seconds, at least one.
                connection.DefaultTimeout = Math.Max(1, WaitMax - (int)Stopwatch.GetElapsedTime(arrived).TotalSeconds);
                // Immediate: taking the write lock first, so that no read within it can be out of date.
                using var transaction = connection.BeginTransaction(deferred: false);
                var result = write(new Session(connection, transaction));
                using (StoreCall.Begin(System, "COMMIT", null))
                    transaction.Commit();
                return result;
            });
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connection))
            SqliteConnection.ClearPool(connection);
        _writer.Dispose();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        // Full: what was acknowledged survives a power cut, not only a crash of the process. The busy timeout lets SQLite itself look
        // again within milliseconds; the provider alone would look every 150 ms, and where many write, those who come later go first.
        command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 200;";
        command.ExecuteNonQuery();
        return connection;
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException fault)
        {
            throw new JournalUnavailableException($"The journal's file cannot be used: {fault.Message}", fault);
        }
    }
}

/// <summary>Statements within one transaction.</summary>
internal sealed class Session(SqliteConnection connection, SqliteTransaction transaction)
{
    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var call = StoreCall.Begin(Database.System, sql);
        using var command = Command(sql, parameters);
        var changed = command.ExecuteNonQuery();
        call.Wrote(changed);
        return changed;
    }

    public T Scalar<T>(string sql, params (string Name, object? Value)[] parameters)
    {
        using var call = StoreCall.Begin(Database.System, sql);
        using var command = Command(sql, parameters);
        call.Read(1);
        return (T)command.ExecuteScalar()!;
    }

    public ImmutableArray<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        using var call = StoreCall.Begin(Database.System, sql);
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = ImmutableArray.CreateBuilder<T>();
        while (reader.Read())
            rows.Add(read(reader));
        call.Read(rows.Count);
        return rows.ToImmutable();
    }

    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every statement is a constant of this room; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
