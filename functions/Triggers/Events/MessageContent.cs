using System.Security.Cryptography;
using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Triggers.Events;

/// <summary>What a message's data says, read in one way wherever a message is found: pushed to a function, or among the dead letters.</summary>
public static class MessageContent
{
    /// <summary>Tells contents apart: 16 hexadecimal digits, the last part of an event's key.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data)[..8]);

    /// <summary>Whether the text can be a fingerprint.</summary>
    internal static bool IsFingerprint(string? text) => text is { Length: 16 } && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The signal of a message that lost its function: the data's own shape says which of the topics it was meant for.</summary>
    /// <param name="data">The data as it was published.</param>
    /// <param name="publishedAt">When that was.</param>
    public static Parsed<Signal> Read(ReadOnlyMemory<byte> data, DateTimeOffset publishedAt) => Read(
        data,
        new Arrival("", "", "", publishedAt, publishedAt, data.Length),
        static (document, arrival) => document.Has("status") && !document.Has("action")
            ? BuildMessage.Read(document, arrival)
            : RegistryMessage.Read(document, policies: null));

    /// <summary>The signal of data that must be a JSON object.</summary>
    internal static Parsed<Signal> Read(ReadOnlyMemory<byte> data, Arrival arrival, Func<JsonElement, Arrival, Parsed<Signal>> read)
    {
        if (data.IsEmpty)
            return new Reason("message.noData", "the message has no data");

        var parsed = StrictJson.Read(data, "the message's data");
        if (!parsed.TryGetValue(out var document))
            return Parsed<Signal>.Refused(parsed.Problems);
        using (document)
            return read(document.RootElement, arrival);
    }
}
