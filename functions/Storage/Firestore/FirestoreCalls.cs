using System.Collections.Immutable;
using CdAutomation.Delivery;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Api = Google.Cloud.Firestore.V1.Firestore;

namespace CdAutomation.Storage.Firestore;

/// <summary>The service's calls that the journal is made of, on one database.</summary>
internal sealed class FirestoreCalls(CallInvoker calls, FirestoreOptions options, Func<CancellationToken, Task<string>>? token)
{
    // As the conventions of OpenTelemetry name it (database spans, "gcp.firestore").
    private const string System = "gcp.firestore";

    private readonly Api.FirestoreClient _client = new(calls);
    private readonly string _database = $"projects/{options.Project}/databases/{options.Database}";

    // As the service's own routing annotations have it: which database it is stands in the headers too.
    private readonly string _routing = $"project_id={Uri.EscapeDataString(options.Project)}&database_id={Uri.EscapeDataString(options.Database)}";

    private string Root => $"{_database}/documents";

    /// <summary>The whole name of a document.</summary>
    public string Name(string collection, string id) => $"{Root}/{collection}/{id}";

    /// <summary>Documents by their names, those that are; with only the fields asked for, or all.</summary>
    public async Task<Dictionary<string, Document>> GetAsync(IEnumerable<string> names, ImmutableArray<string> fields, CancellationToken cancellation)
    {
        var request = new BatchGetDocumentsRequest { Database = _database, Documents = { names.Distinct(StringComparer.Ordinal) } };
        if (!fields.IsDefaultOrEmpty)
            request.Mask = new DocumentMask { FieldPaths = { fields } };
        if (request.Documents.Count == 0)
            return [];

        using var span = StoreCall.Begin(System, "BatchGetDocuments", CollectionOf(request.Documents[0]));
        span.Read(request.Documents.Count);
        var found = new Dictionary<string, Document>(StringComparer.Ordinal);
        using var call = _client.BatchGetDocuments(request, await HeadersAsync(cancellation), cancellationToken: cancellation);
        await EachAsync(call.ResponseStream, answer =>
        {
            if (answer.Found is { } document)
                found[document.Name] = document;
        }, cancellation);
        return found;
    }

    /// <summary>One document, or null.</summary>
    public async Task<Document?> GetAsync(string name, ImmutableArray<string> fields, CancellationToken cancellation) =>
        (await GetAsync([name], fields, cancellation)).GetValueOrDefault(name);

    /// <summary>What a query finds.</summary>
    public async Task<ImmutableArray<Document>> QueryAsync(StructuredQuery query, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<Document>();
        var request = new RunQueryRequest { Parent = Root, StructuredQuery = query };
        using var span = StoreCall.Begin(System, "RunQuery", query.From[0].CollectionId, query);
        using var call = _client.RunQuery(request, await HeadersAsync(cancellation), cancellationToken: cancellation);
        await EachAsync(call.ResponseStream, answer =>
        {
            if (answer.Document is { } document)
                found.Add(document);
        }, cancellation);
        // A query that finds nothing is billed as one read.
        span.Read(Math.Max(1, found.Count));
        return found.ToImmutable();
    }

    /// <summary>How many a query would find; the service counts in its index.</summary>
    public async Task<long> CountAsync(StructuredQuery query, CancellationToken cancellation)
    {
        const string alias = "count";
        var count = new StructuredAggregationQuery.Types.Aggregation { Count = new(), Alias = alias };
        var request = new RunAggregationQueryRequest
        {
            Parent = Root,
            StructuredAggregationQuery = new() { StructuredQuery = query, Aggregations = { count } },
        };
        using var span = StoreCall.Begin(System, "RunAggregationQuery", query.From[0].CollectionId, query);
        // Up to a thousand entries of an index are billed as one read.
        var counted = 0L;
        using var call = _client.RunAggregationQuery(request, await HeadersAsync(cancellation), cancellationToken: cancellation);
        await EachAsync(call.ResponseStream, answer => counted += answer.Result?.AggregateFields[alias].IntegerValue ?? 0, cancellation);
        span.Read((int)Math.Max(1, (counted + 999) / 1000));
        return counted;
    }

    /// <summary>Writes all or nothing.</summary>
    /// <exception cref="OvertakenException">A precondition does not hold (any more).</exception>
    /// <exception cref="NotThereException">A document that must be there is not.</exception>
    public async Task CommitAsync(IEnumerable<Write> writes, CancellationToken cancellation)
    {
        var request = new CommitRequest { Database = _database, Writes = { writes } };
        using var span = StoreCall.Begin(System, "Commit", CollectionOf(request.Writes[0].Update?.Name ?? request.Writes[0].Transform?.Document));
        try
        {
            await AnswerAsync(headers => _client.CommitAsync(request, headers, cancellationToken: cancellation), cancellation);
            span.Wrote(request.Writes.Count);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.FailedPrecondition or StatusCode.AlreadyExists)
        {
            throw new OvertakenException(error);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.NotFound)
        {
            throw new NotThereException(error);
        }
    }

    /// <summary>Begins a transaction that may write and gives it up: what is needed to write is asked for, and nothing changes.</summary>
    public async Task TryWriteAsync(CancellationToken cancellation)
    {
        var begin = new BeginTransactionRequest { Database = _database, Options = new() { ReadWrite = new() } };
        var begun = await AnswerAsync(headers => _client.BeginTransactionAsync(begin, headers, cancellationToken: cancellation), cancellation);
        var end = new RollbackRequest { Database = _database, Transaction = begun.Transaction };
        await AnswerAsync(headers => _client.RollbackAsync(end, headers, cancellationToken: cancellation), cancellation);
    }

    private static string? CollectionOf(string? document) => document?.Split('/') is [.., var collection, _] ? collection : null;

    private async Task<T> AnswerAsync<T>(Func<Metadata, AsyncUnaryCall<T>> begin, CancellationToken cancellation)
    {
        try
        {
            using var call = begin(await HeadersAsync(cancellation));
            return await call;
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            // gRPC reports our own cancellation as a status; timeouts are recognised by the exception of the token.
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
    }

    private static async Task EachAsync<T>(IAsyncStreamReader<T> answers, Action<T> take, CancellationToken cancellation)
    {
        try
        {
            while (await answers.MoveNext(cancellation))
                take(answers.Current);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
    }

    private async Task<Metadata> HeadersAsync(CancellationToken cancellation)
    {
        var headers = new Metadata { { "x-goog-request-params", _routing }, { "google-cloud-resource-prefix", _database } };
        // "owner" is the word at which the emulator lets one in as the project's own (Firestore emulator, "Admin SDK").
        if (options.EmulatorHost is not null)
            headers.Add("authorization", "Bearer owner");
        else if (token is not null && options.Endpoint.Scheme == Uri.UriSchemeHttps)
            headers.Add("authorization", $"Bearer {await TokenAsync(token, cancellation)}");
        return headers;
    }

    private static async Task<string> TokenAsync(Func<CancellationToken, Task<string>> token, CancellationToken cancellation)
    {
        try
        {
            return await token(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new JournalUnavailableException($"Firestore was not asked for want of a token: {fault.Message}", fault);
        }
    }
}
