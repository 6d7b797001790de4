using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using RpcStatus = Google.Rpc.Status;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// The tables, to be used only inside <see cref="RunStore.Read"/> and <see cref="RunStore.Write"/>. What is read is a copy of its own;
/// bodies are whole protobuf messages, so fields that this build does not know are kept. Lists are newest first.
/// </summary>
internal sealed partial class RunTables(SqliteConnection connection)
{
    public string Instance => Rows("SELECT value FROM facts WHERE key = 'instance'", row => row.GetString(0))[0];

    public long LastStamp => Rows(
        """
        SELECT max(created) FROM (
            SELECT created FROM services UNION ALL SELECT created FROM revisions UNION ALL SELECT created FROM operations
            UNION ALL SELECT created FROM resources)
        """,
        row => row.IsDBNull(0) ? 0 : row.GetInt64(0))[0];

    public IReadOnlyList<string> WorkloadNames => Rows("SELECT name FROM services ORDER BY created DESC", row => row.GetString(0));

    public StoredWorkload? FindWorkload(string name) =>
        Rows("SELECT body, made, created, name FROM services WHERE name = $a", ToWorkload, ("$a", name)).FirstOrDefault();

    /// <param name="location">Where they are.</param>
    /// <param name="collection"><c>services</c> or <c>workerPools</c>.</param>
    public IReadOnlyList<StoredWorkload> ListWorkloads(string location, string collection, long before, int limit) => Rows(
        """
        SELECT body, made, created, name FROM services
        WHERE parent = $a AND created < $b AND instr(name, $c) > 0 ORDER BY created DESC LIMIT $d
        """,
        ToWorkload, ("$a", location), ("$b", before), ("$c", $"/{collection}/"), ("$d", limit));

    public void Save(StoredWorkload workload) => Run(
        """
        INSERT INTO services (name, parent, created, made, body) VALUES ($a, $b, $c, $d, $e)
        ON CONFLICT (name) DO UPDATE SET made = $d, body = $e
        """,
        ("$a", workload.Body.Name), ("$b", LocationPath.Of(workload.Body.Name)), ("$c", workload.Created),
        ("$d", workload.RevisionsMade), ("$e", workload.Body.Message.ToByteArray()));

    public void DeleteWorkload(string name)
    {
        Run("DELETE FROM revisions WHERE service = $a", ("$a", name));
        Run("DELETE FROM services WHERE name = $a", ("$a", name));
    }

    public StoredRevision? FindRevision(string name) =>
        Rows(RevisionColumns + "WHERE name = $a", ToRevision, ("$a", name)).FirstOrDefault();

    public IReadOnlyList<StoredRevision> RevisionsOf(string service) =>
        Rows(RevisionColumns + "WHERE service = $a ORDER BY created DESC", ToRevision, ("$a", service));

    /// <param name="service">Null: of every one of <paramref name="location"/> in <paramref name="collection"/>.</param>
    public IReadOnlyList<StoredRevision> ListRevisions(
        string location, string collection, string? service, long before, int limit) => Rows(
        RevisionColumns + "WHERE parent = $a AND ($b = '' OR service = $b) AND created < $c AND instr(service, $e) > 0 "
        + "ORDER BY created DESC LIMIT $d",
        ToRevision, ("$a", location), ("$b", service ?? ""), ("$c", before), ("$d", limit), ("$e", $"/{collection}/"));

    public void Save(StoredRevision revision) => Run(
        """
        INSERT INTO revisions (name, service, parent, created, generation, readiness, digest, failure, template, body)
        VALUES ($a, $b, $c, $d, $e, $f, $g, $h, $i, $j)
        ON CONFLICT (name) DO UPDATE SET readiness = $f, digest = $g, failure = $h, body = $j
        """,
        ("$a", revision.Body.Name), ("$b", ParentOf(revision.Body.Name, "/revisions/")), ("$c", LocationPath.Of(revision.Body.Name)),
        ("$d", revision.Created), ("$e", revision.ServiceGeneration), ("$f", (int)revision.Readiness), ("$g", revision.Digest),
        ("$h", revision.Failure?.ToByteArray()), ("$i", revision.Template.ToByteArray()), ("$j", revision.Body.ToByteArray()));

    public void DeleteRevision(string name) => Run("DELETE FROM revisions WHERE name = $a", ("$a", name));

    public StoredOperation? FindOperation(string name) =>
        Rows(OperationColumns + "WHERE name = $a", ToOperation, ("$a", name)).FirstOrDefault();

    public IReadOnlyList<StoredOperation> ListOperations(string parent, long before, int limit) => Rows(
        OperationColumns + "WHERE parent = $a AND created < $b ORDER BY created DESC LIMIT $c",
        ToOperation, ("$a", parent), ("$b", before), ("$c", limit));

    /// <summary>The operations of a service that are not done.</summary>
    public IReadOnlyList<StoredOperation> OpenOperations(string service) =>
        Rows(OperationColumns + "WHERE service = $a AND done = 0 ORDER BY created DESC", ToOperation, ("$a", service));

    public void Save(StoredOperation operation) => Run(
        """
        INSERT INTO operations (name, parent, service, revision, created, kind, done, body) VALUES ($a, $b, $c, $d, $e, $f, $g, $h)
        ON CONFLICT (name) DO UPDATE SET done = $g, body = $h
        """,
        ("$a", operation.Body.Name), ("$b", ParentOf(operation.Body.Name, "/operations/")), ("$c", operation.Service),
        ("$d", operation.Revision), ("$e", operation.Created), ("$f", (int)operation.Kind), ("$g", operation.Body.Done ? 1 : 0),
        ("$h", operation.Body.ToByteArray()));

    public void DeleteOperation(string name) => Run("DELETE FROM operations WHERE name = $a", ("$a", name));

    /// <summary>Forgets operations that ended and began before a stamp.</summary>
    public void DeleteOperationsBefore(long stamp) => Run("DELETE FROM operations WHERE done = 1 AND created < $a", ("$a", stamp));

    private const string RevisionColumns = "SELECT body, template, generation, readiness, digest, failure, created FROM revisions ";
    private const string OperationColumns = "SELECT body, kind, service, revision, created FROM operations ";

    private static StoredWorkload ToWorkload(SqliteDataReader row) =>
        new() { Body = Workload.Parse(row.GetString(3), Bytes(row, 0)), RevisionsMade = row.GetInt32(1), Created = row.GetInt64(2) };

    private static StoredRevision ToRevision(SqliteDataReader row) => new()
    {
        Body = Revision.Parser.ParseFrom(Bytes(row, 0)),
        Template = RevisionTemplate.Parser.ParseFrom(Bytes(row, 1)),
        ServiceGeneration = row.GetInt64(2),
        Readiness = (Readiness)row.GetInt32(3),
        Digest = row.GetString(4),
        Failure = row.IsDBNull(5) ? null : RpcStatus.Parser.ParseFrom(Bytes(row, 5)),
        Created = row.GetInt64(6),
    };

    private static StoredOperation ToOperation(SqliteDataReader row) => new()
    {
        Body = Operation.Parser.ParseFrom(Bytes(row, 0)),
        Kind = (OperationKind)row.GetInt32(1),
        Service = row.GetString(2),
        Revision = row.GetString(3),
        Created = row.GetInt64(4),
    };

    private static byte[] Bytes(SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    private static string ParentOf(string name, string separator) => name[..name.LastIndexOf(separator, StringComparison.Ordinal)];

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string, object?)> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private void Run(string sql, params ReadOnlySpan<(string, object?)> values)
    {
        using var command = Command(sql, values);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
