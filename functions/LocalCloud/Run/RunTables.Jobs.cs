using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Jobs, executions and tasks: one table, because no more than their names differs in how they are kept.</summary>
internal sealed partial class RunTables
{
    public IReadOnlyList<string> JobNames =>
        Rows("SELECT name FROM resources WHERE collection = 'jobs' ORDER BY created DESC", row => row.GetString(0));

    public Kept<T>? Find<T>(string name) where T : class, IMessage<T>, new() =>
        Rows("SELECT body, created FROM resources WHERE name = $a", ToKept<T>, ("$a", name)).FirstOrDefault();

    /// <param name="parent">A full name, or one in which <c>-</c> stands for every id.</param>
    public IReadOnlyList<Kept<T>> List<T>(string collection, string parent, long before, int limit) where T : class, IMessage<T>, new() =>
        parent.Split('/').Contains("-")
            ? Rows(
                """
                SELECT body, created FROM resources
                WHERE collection = $a AND parent GLOB $b AND created < $c ORDER BY created DESC LIMIT $d
                """,
                ToKept<T>, ("$a", collection), ("$b", Pattern(parent)), ("$c", before), ("$d", limit))
            : Rows(
                """
                SELECT body, created FROM resources
                WHERE parent = $b AND collection = $a AND created < $c ORDER BY created DESC LIMIT $d
                """,
                ToKept<T>, ("$a", collection), ("$b", parent), ("$c", before), ("$d", limit));

    /// <summary>What of a parent has not ended; oldest first.</summary>
    public IReadOnlyList<Kept<T>> Open<T>(string parent) where T : class, IMessage<T>, new() =>
        Rows("SELECT body, created FROM resources WHERE parent = $a AND open = 1 ORDER BY created", ToKept<T>, ("$a", parent));

    public long Count(string parent) =>
        Rows("SELECT count(*) FROM resources WHERE parent = $a", row => row.GetInt64(0), ("$a", parent))[0];

    /// <param name="name">projects/P/locations/L, and then pairs of a collection and an id.</param>
    /// <param name="open">Whether it has still to end.</param>
    public void Save<T>(string name, Kept<T> resource, bool open) where T : class, IMessage<T>, new()
    {
        var parts = name.Split('/');
        Run(
            """
            INSERT INTO resources (name, collection, parent, created, open, body) VALUES ($a, $b, $c, $d, $e, $f)
            ON CONFLICT (name) DO UPDATE SET open = $e, body = $f
            """,
            ("$a", name), ("$b", parts[^2]), ("$c", string.Join('/', parts[..^2])), ("$d", resource.Created), ("$e", open ? 1 : 0),
            ("$f", resource.Body.ToByteArray()));
    }

    /// <summary>Deletes a resource and all below it.</summary>
    public void DeleteTree(string name) =>
        Run("DELETE FROM resources WHERE name = $a OR name GLOB $b", ("$a", name), ("$b", name + "/*"));

    private static Kept<T> ToKept<T>(SqliteDataReader row) where T : class, IMessage<T>, new()
    {
        var body = new T();
        body.MergeFrom(Bytes(row, 0));
        return new(body, row.GetInt64(1));
    }

    // Ids hold nothing that GLOB would take for more than itself.
    private static string Pattern(string parent) => string.Join('/', parent.Split('/').Select(it => it == "-" ? "*" : it));
}
