using System.Collections.Concurrent;
using System.Text.Json;
using CdAutomation.Storage.Firestore;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>
/// The emulator answers every query; the service only those that have an index. Each query that the journal asks is held against
/// infra/firestore.indexes.json.
/// </summary>
[TestFixture]
[Category("Firestore")]
public sealed class IndexTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Every_query_has_its_index()
    {
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(IndexFile()));
        var composite = file.RootElement.GetProperty("indexes").EnumerateArray().Select(Composite).ToHashSet();
        var without = file.RootElement.GetProperty("fieldOverrides").EnumerateArray()
            .Select(field => $"{field.GetProperty("collectionGroup")}/{field.GetProperty("fieldPath")}").ToHashSet();

        var queries = await QueriesAsync();
        Assert.That(
            queries.Select(query => query.From[0].CollectionId).Distinct(),
            Is.EquivalentTo(new[] { "decisions", "events", "failures", "pipelines", "policyNews", "policyRefusals" }));
        foreach (var query in queries)
        {
            var needed = Needed(query);
            if (needed.Count > 1)
                Assert.That(composite, Does.Contain(Named(query, needed)));
            else
                Assert.That(needed.Select(field => $"{query.From[0].CollectionId}/{field.Split(' ')[0]}").Where(without.Contains), Is.Empty, "its field has an index");
        }

        var asked = queries.Select(query => Named(query, Needed(query))).Where(name => name.Contains(',', StringComparison.Ordinal)).Distinct();
        Assert.That(composite, Is.EquivalentTo(asked), "none that nobody asks for");
    }

    [Test]
    public async Task What_expires_has_a_policy_that_deletes_it()
    {
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(IndexFile()));
        var deleted = file.RootElement.GetProperty("fieldOverrides").EnumerateArray()
            .Where(field => field.TryGetProperty("ttl", out var ttl) && ttl.GetBoolean())
            .Select(field => $"{field.GetProperty("collectionGroup")}/{field.GetProperty("fieldPath")}");

        Assert.That(deleted, Is.EquivalentTo(RetentionTests.Expiring.Append("failures").Select(collection => $"{collection}/expireAt")));
    }

    private static async Task<List<StructuredQuery>> QueriesAsync()
    {
        var asked = new Asked();
        var journal = new FirestoreJournal(Emulator.Calls.Intercept(asked), Emulator.NewDatabase() with { Retention = TimeSpan.FromDays(90) }, null, TimeProvider.System);
        await RetentionTests.WriteAsync(journal);
        await journal.UnsettledAsync(Noon, 10, default);
        await journal.DueAsync(Noon, 10, default);
        await journal.DecidedUnderAsync("c", default);
        foreach (var image in (string?[])[null, "v1", "abcdef", "sha256:abcdef"])
            await journal.RecordsAsync(new("shop", image, 5), default);
        await journal.RecordsAsync(new("shop", null, 1), default);
        await journal.FeedAsync(0, 10, default);
        await journal.LatestEventsAsync(refusedOnly: true, 10, default);
        await journal.LatestEventsAsync(refusedOnly: false, 10, default);
        await journal.CountEventsAsync(default);
        await journal.PolicyRefusalsAsync(10, default);
        await journal.PolicyNewsAsync(10, default);
        await journal.OfAsync(["aa", "bb"], default);
        return [.. asked.Queries];
    }

    /// <summary>What an index must hold: what is compared for equality first, then lists, then what is ordered.</summary>
    private static List<string> Needed(StructuredQuery query)
    {
        var filters = query.Where?.CompositeFilter.Filters.Select(filter => filter.FieldFilter).ToArray() ?? [];
        return
        [
            .. filters.Where(it => it.Op is Operator.Equal or Operator.In).Select(it => $"{it.Field.FieldPath} ASCENDING"),
            .. filters.Where(it => it.Op is Operator.ArrayContainsAny).Select(it => $"{it.Field.FieldPath} CONTAINS"),
            .. query.OrderBy.Select(it => $"{it.Field.FieldPath} {it.Direction.ToString().ToUpperInvariant()}"),
        ];
    }

    private static string Named(StructuredQuery query, List<string> needed) => $"{query.From[0].CollectionId}: {string.Join(", ", needed)}";

    private static string Composite(JsonElement index) => $"{index.GetProperty("collectionGroup")}: " + string.Join(", ", index.GetProperty("fields").EnumerateArray()
        .Select(field => $"{field.GetProperty("fieldPath")} {(field.TryGetProperty("order", out var order) ? order : field.GetProperty("arrayConfig"))}"));

    private static string IndexFile()
    {
        // Sources are compiled with a root of their own; the file is looked for from where the tests run.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "infra", "firestore.indexes.json");
            if (File.Exists(file))
                return file;
        }

        throw new FileNotFoundException($"infra/firestore.indexes.json, above {AppContext.BaseDirectory}");
    }

    private sealed class Asked : Interceptor
    {
        public ConcurrentQueue<StructuredQuery> Queries { get; } = new();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            if (request is RunQueryRequest query)
                Queries.Enqueue(query.StructuredQuery);
            if (request is RunAggregationQueryRequest { StructuredAggregationQuery.StructuredQuery: var counted })
                Queries.Enqueue(counted);
            return continuation(request, context);
        }
    }
}
