using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Firestore;

/// <summary>
/// The journal in a Firestore database in Native mode. Whatever depends on what was read is committed under the condition that it is still
/// as it was read; no lock is held between two calls, so that a worker that dies holds up nobody. This folder's README has the documents,
/// and what a deployment costs.
/// </summary>
public sealed partial class FirestoreJournal : IJournal
{
    private const string Events = "events";
    private const string Pipelines = "pipelines";
    private const string Decisions = "decisions";

    /// <summary>Documents that there is one of: where numbers come from, and which policies are in force.</summary>
    private const string Heads = "heads";

    private readonly FirestoreCalls _calls;
    private readonly Attempts _attempts;
    private readonly TimeSpan? _retention;

    /// <param name="calls">Carries the calls.</param>
    /// <param name="options">Which database.</param>
    /// <param name="token">An access token for the database, asked for with each call; null sends none. Never sent over plain http.</param>
    /// <param name="clock">By which attempts end and pause.</param>
    public FirestoreJournal(CallInvoker calls, FirestoreOptions options, Func<CancellationToken, Task<string>>? token, TimeProvider clock)
    {
        _calls = new(calls, options, token);
        _attempts = new(options.Limits, clock);
        _retention = options.Retention;
    }

    /// <inheritdoc/>
    public Task<Kept> LoadAsync(string pipeline, CancellationToken cancellation) => _attempts.RunAsync(async token =>
    {
        var found = await _calls.GetAsync(PipelineName(pipeline), [], token);
        return found is null
            ? new Kept(pipeline, 0, PipelineState.New)
            : new Kept(pipeline, found.Number("version"), found.Json("state", StateJson.Default.PipelineState)!);
    }, cancellation);

    /// <inheritdoc/>
    public Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
    {
        var (name, head) = (PipelineName(before.Pipeline), _calls.Name(Heads, Decisions));
        var next = PipelineFields(before, decision.Next);
        var records = decision.Records.DistinctBy(record => record.Id).ToImmutableArray();
        return _attempts.RunAsync(async token =>
        {
            string[] names = records.IsEmpty ? [name] : [name, head, .. records.Select(RecordName)];
            var found = await _calls.GetAsync(names, ["version", "last"], token);
            var pipeline = found.GetValueOrDefault(name);
            if ((pipeline?.Number("version") ?? 0) != before.Version)
                throw new StateMovedException(before.Pipeline);

            var writes = new List<Write> { Writing.Replace(name, pipeline, next) };
            var last = found.GetValueOrDefault(head)?.Number("last") ?? 0;
            writes.AddRange(records.Where(record => !found.ContainsKey(RecordName(record))).Select(record => Append(record, ++last)));
            // One writer at a time takes numbers: whoever reads the feed up to one number has seen all below it.
            if (writes.Count > 1)
                writes.Add(Writing.Replace(head, found.GetValueOrDefault(head), new FieldSet { ["last"] = Fields.Of(last) }));
            await _calls.CommitAsync(writes, token);
            return new Kept(before.Pipeline, before.Version + 1, decision.Next);
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) => FindAsync(
        Queries.On(Pipelines).Where("wakeAt", Operator.LessThanOrEqual, Fields.Of(now)).Rising("wakeAt").Only("name"),
        atMost,
        document => document.Text("name"),
        cancellation);

    /// <inheritdoc/>
    public async Task<ImmutableHashSet<string>> DecidedUnderAsync(string commit, CancellationToken cancellation)
    {
        var query = Queries.On(Pipelines).Where("commit", Operator.Equal, Fields.Of(commit)).Only("name");
        var found = await _attempts.RunAsync(async token => await _calls.QueryAsync(query, token), cancellation);
        return found.Select(document => document.Text("name")).ToImmutableHashSet(StringComparer.Ordinal);
    }

    private static FieldSet PipelineFields(Kept before, PipelineState state) => new FieldSet
    {
        ["name"] = Fields.Of(before.Pipeline),
        ["version"] = Fields.Of(before.Version + 1),
        ["commit"] = Fields.Of(state.Commit),
        ["state"] = Fields.Json(state, StateJson.Default.PipelineState),
    }
    .With("wakeAt", state.WakeAt is { } wakeAt ? Fields.Of(wakeAt) : null);

    private string PipelineName(string pipeline) => _calls.Name(Pipelines, DocumentId.Of(pipeline));

    private FieldSet Expiring(FieldSet fields, DateTimeOffset since) => fields.With("expireAt", _retention is { } kept ? Fields.Expiry(since + kept) : null);

    private async Task<ImmutableArray<T>> FindAsync<T>(StructuredQuery query, int atMost, Func<Document, T> read, CancellationToken cancellation)
    {
        if (atMost <= 0)
            return [];
        var found = await _attempts.RunAsync(async token => await _calls.QueryAsync(query.AtMost(atMost), token), cancellation);
        return [.. found.Select(read)];
    }
}
