using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CdAutomation.Delivery;
using Google.Cloud.Firestore.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Value = Google.Cloud.Firestore.V1.Value;

namespace CdAutomation.Storage.Firestore;

/// <summary>Values of a document's fields. Instants are whole milliseconds since 1970 in UTC, as in the other store.</summary>
internal static class Fields
{
    /// <summary>A document has 1,048,576 bytes at most (Firestore's page "Quotas and limits"); what is left is for its other fields.</summary>
    public const int PackedMax = 1_000_000;

    /// <summary>What is not longer stays text, so that a person can read it in Google's console. In bytes.</summary>
    private const int TextMax = 4096;

    private const int Quality = 5;
    private const int Window = 22;

    public static Value Of(string text) => new() { StringValue = text };

    public static Value Of(long number) => new() { IntegerValue = number };

    public static Value Of(bool flag) => new() { BooleanValue = flag };

    public static Value Of(DateTimeOffset instant) => Of(instant.ToUnixTimeMilliseconds());

    public static Value Of(IEnumerable<string> texts) => new() { ArrayValue = new() { Values = { texts.Select(Of) } } };

    /// <summary>The instant as the database's own kind of time, which its TTL policies need.</summary>
    public static Value Expiry(DateTimeOffset instant) => new() { TimestampValue = Timestamp.FromDateTimeOffset(instant) };

    /// <summary>Something as JSON; compressed (Brotli) where it is long.</summary>
    /// <exception cref="JournalUnavailableException">It does not fit into a document.</exception>
    public static Value Json<T>(T it, JsonTypeInfo<T> type) => Packed(JsonSerializer.SerializeToUtf8Bytes(it, type));

    /// <summary>A text; compressed where it is long.</summary>
    /// <exception cref="JournalUnavailableException">It does not fit into a document.</exception>
    public static Value Text(string text) => Packed(Encoding.UTF8.GetBytes(text));

    public static string Text(this Document document, string field) =>
        document.Fields.TryGetValue(field, out var value) ? value.StringValue : "";

    public static long Number(this Document document, string field) =>
        document.Fields.TryGetValue(field, out var value) ? value.IntegerValue : 0;

    public static bool Flag(this Document document, string field) => document.Fields.TryGetValue(field, out var value) && value.BooleanValue;

    public static DateTimeOffset Instant(this Document document, string field) => DateTimeOffset.FromUnixTimeMilliseconds(document.Number(field));

    public static T? Json<T>(this Document document, string field, JsonTypeInfo<T> type)
        where T : class => document.Fields.TryGetValue(field, out var value) ? JsonSerializer.Deserialize(Unpacked(value), type) : null;

    public static string LongText(this Document document, string field) =>
        document.Fields.TryGetValue(field, out var value) ? Encoding.UTF8.GetString(Unpacked(value)) : "";

    private static Value Packed(byte[] text)
    {
        if (text.Length <= TextMax)
            return Of(Encoding.UTF8.GetString(text));

        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(text.Length)];
        if (!BrotliEncoder.TryCompress(text, packed, out var length, Quality, Window))
            throw new InvalidOperationException("Brotli needs more room than it says.");
        if (length <= PackedMax)
            return new() { BytesValue = UnsafeByteOperations.UnsafeWrap(packed.AsMemory(0, length)) };
        var tooLong = new InvalidDataException($"{text.Length} bytes, {length} compressed; {PackedMax} fit");
        throw new JournalUnavailableException($"What is to be kept does not fit into a document of Firestore: {tooLong.Message}", tooLong);
    }

    private static byte[] Unpacked(Value value)
    {
        if (value.ValueTypeCase is not Value.ValueTypeOneofCase.BytesValue)
            return Encoding.UTF8.GetBytes(value.StringValue);

        var bytes = MemoryMarshal.TryGetArray(value.BytesValue.Memory, out var whole) ? whole : value.BytesValue.ToByteArray();
        using var packed = new BrotliStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count), CompressionMode.Decompress);
        using var text = new MemoryStream();
        packed.CopyTo(text);
        return text.ToArray();
    }
}
