using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using Google.Cloud.Firestore.V1;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Firestore;

/// <content>Decisions, by number and by image.</content>
public sealed partial class FirestoreJournal
{
    /// <summary>A page of records, in documents: some hundred KiB.</summary>
    private const int PageMax = 200;

    /// <summary>The fewest digits by which a digest is found.</summary>
    private const int PrefixLength = 4;

    /// <summary>No tag (128 characters) and no digest (71) is longer.</summary>
    private const int ImageLengthMax = 128;

    /// <inheritdoc/>
    public async Task<ImmutableArray<DecisionRecord>> RecordsAsync(RecordQuery query, CancellationToken cancellation)
    {
        if (query.Image is { Length: > ImageLengthMax })
            return [];

        var found = await PagedAsync(
            last =>
            {
                var page = Queries.On(Decisions).Where("pipeline", Operator.Equal, Fields.Of(query.Pipeline)).Falling("number");
                if (query.Image is { } image)
                    page = page.Where("marks", Operator.ArrayContainsAny, Fields.Of(Marks(image, Prefix(image))));
                return last is { } number ? page.Where("number", Operator.LessThan, Fields.Of(number)) : page;
            },
            query.AtMost,
            numbered => query.Image is not { } image || Shows(numbered.Record, image),
            cancellation);
        return [.. found.Select(numbered => numbered.Record)];
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NumberedRecord>> FeedAsync(long after, int atMost, CancellationToken cancellation) => PagedAsync(
        last => Queries.On(Decisions).Where("number", Operator.GreaterThan, Fields.Of(last ?? after)).Rising("number"),
        atMost,
        _ => true,
        cancellation);

    /// <inheritdoc/>
    public Task<long> LatestNumberAsync(CancellationToken cancellation) => _attempts.RunAsync(
        async token => (await _calls.GetAsync(_calls.Name(Heads, Decisions), [], token))?.Number("last") ?? 0, cancellation);

    private string RecordName(DecisionRecord record) => _calls.Name(Decisions, DocumentId.Of(record.Id));

    private Write Append(DecisionRecord record, long number)
    {
        var fields = new FieldSet
        {
            ["number"] = Fields.Of(number),
            ["pipeline"] = Fields.Of(record.Pipeline),
            ["at"] = Fields.Of(record.At),
            ["record"] = Fields.Json(record, StateJson.Default.DecisionRecord),
        };
        var marks = Marks(record.Tag, record.Digest is { } digest ? Prefix(digest.Value) : null);
        return Writing.Create(RecordName(record), Expiring(fields.With("marks", marks.IsEmpty ? null : Fields.Of(marks)), record.At));
    }

    /// <summary>Pages of a query by number, until there are enough records or no more.</summary>
    private async Task<ImmutableArray<NumberedRecord>> PagedAsync(
        Func<long?, StructuredQuery> page, int atMost, Func<NumberedRecord, bool> wanted, CancellationToken cancellation)
    {
        var records = ImmutableArray.CreateBuilder<NumberedRecord>();
        long? last = null;
        while (records.Count < atMost)
        {
            var size = Math.Min(atMost - records.Count, PageMax);
            var found = await FindAsync(page(last), size, Numbered, cancellation);
            records.AddRange(found.Where(wanted));
            if (found.Length < size)
                break;
            last = found[^1].Number;
        }

        return records.ToImmutable();
    }

    private static NumberedRecord Numbered(Document document) =>
        new(document.Number("number"), document.Json("record", StateJson.Default.DecisionRecord)!);

    /// <summary>By what an image is found: its tag, and the first digits of its digest. A longer beginning is compared when it was read.</summary>
    private static ImmutableArray<string> Marks(params ReadOnlySpan<string?> marks) => [.. marks.ToArray().OfType<string>().Distinct()];

    private static string? Prefix(string image) => Hex(image) is { } hex ? $"sha256:{hex[..PrefixLength]}" : null;

    private static bool Shows(DecisionRecord record, string image) =>
        record.Tag == image
        || (Hex(image) is { } hex && record.Digest is { } digest && digest.Value.AsSpan("sha256:".Length).StartsWith(hex, StringComparison.Ordinal));

    private static string? Hex(string image)
    {
        var hex = image.StartsWith("sha256:", StringComparison.Ordinal) ? image["sha256:".Length..] : image;
        return hex.Length >= PrefixLength && hex.All(char.IsAsciiHexDigitLower) ? hex : null;
    }
}
