using System.Diagnostics;
using System.Diagnostics.Metrics;
using CdAutomation.Storage.Firestore;
using Google.Cloud.Firestore.V1;

namespace CdAutomation.Storage;

/// <summary>
/// One use of the store, as a span and in metrics, named by OpenTelemetry's conventions for databases. Statements are ours; no value of a
/// parameter is ever in one.
/// </summary>
public sealed class StoreCall : IDisposable
{
    /// <summary>The name under which the host listens to this room, for spans and metrics.</summary>
    public const string Telemetry = "CdAutomation.Storage";

    private static readonly ActivitySource Source = new(Telemetry);

    private static readonly Meter Meter = new(Telemetry);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of uses of the store.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    private static readonly Counter<long> Reads = Meter.CreateCounter<long>(
        "cdautomation.store.reads", "{document}", "Documents, or rows, that were read, as Firestore bills them.");

    private static readonly Counter<long> Writes = Meter.CreateCounter<long>(
        "cdautomation.store.writes", "{document}", "Documents, or rows, that were written.");

    private readonly string _system;
    private readonly string _operation;
    private readonly Activity? _span;
    private readonly long _began = Stopwatch.GetTimestamp();

    private StoreCall(string system, string operation, string? collection, Func<string>? text)
    {
        (_system, _operation) = (system, operation);
        _span = Source.StartActivity(collection is null ? operation : $"{operation} {collection}", ActivityKind.Client);
        if (_span is not { IsAllDataRequested: true })
            return;
        _span.SetTag("db.system.name", system).SetTag("db.operation.name", operation).SetTag("db.collection.name", collection);
        if (text is not null)
            _span.SetTag("db.query.text", text());
    }

    /// <summary>Begins a use that has no statement.</summary>
    internal static StoreCall Begin(string system, string operation, string? collection) => new(system, operation, collection, null);

    /// <summary>Begins a statement in SQL; it is taken apart only where somebody listens.</summary>
    internal static StoreCall Begin(string system, string sql)
    {
        if (!Source.HasListeners() && !Duration.Enabled)
            return new(system, "", null, null);
        var words = sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var before = Array.FindIndex(words, word => word is "from" or "into" or "update" or "table");
        return new(system, words[0].ToUpperInvariant(), before < 0 ? null : words[before + 1].Split('(')[0], () => string.Join(' ', words));
    }

    /// <summary>Begins a query of Firestore's.</summary>
    internal static StoreCall Begin(string system, string operation, string collection, StructuredQuery query) =>
        new(system, operation, collection, query.Text);

    /// <summary>So many were read.</summary>
    internal void Read(int count) => Reads.Add(count, new KeyValuePair<string, object?>("db.system.name", _system));

    /// <summary>So many were written.</summary>
    internal void Wrote(int count) => Writes.Add(count, new KeyValuePair<string, object?>("db.system.name", _system));

    /// <summary>It is over, well or not.</summary>
    public void Dispose()
    {
        Duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, new("db.system.name", _system), new("db.operation.name", _operation));
        _span?.Dispose();
    }
}
