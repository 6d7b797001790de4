using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// The fingerprint of a resource's last write, as Cloud Run makes it: <c>"</c>, base64 of the protobuf Timestamp, <c>/</c>,
/// unpadded base64 of the resource name, <c>"</c>; the quotes belong to it. Callers must not look inside.
/// </summary>
internal static class Etag
{
    public static string Of(string name, long written)
    {
        var time = Convert.ToBase64String(WriteStamps.ToTimestamp(written).ToByteArray());
        return $"\"{time}/{Convert.ToBase64String(Encoding.UTF8.GetBytes(name)).TrimEnd('=')}\"";
    }

    /// <summary>Refuses a write that was made against an older version; an empty etag means: whatever is there.</summary>
    /// <exception cref="Grpc.Core.RpcException">ABORTED, as AIP-154 has it, with the versions in microseconds.</exception>
    public static void Check(string sent, string current, string shortName)
    {
        if (sent.Length == 0 || sent == current) return;
        throw Refusal.Aborted(
            $"Conflict for resource '{shortName}': version '{Version(sent)}' was specified but current version is '{Version(current)}'.");
    }

    private static string Version(string etag)
    {
        var text = etag.AsSpan().Trim('"');
        var slash = text.IndexOf('/');
        Span<byte> bytes = stackalloc byte[64];
        // Base64 may itself hold a slash: the first cut whose left side reads as a time is the right one.
        for (; slash > 0; slash = Following(text, slash))
            if (Convert.TryFromBase64Chars(text[..slash], bytes, out var length) && Read(bytes[..length]) is { } time)
                return WriteStamps.ToMicroseconds(time).ToString(CultureInfo.InvariantCulture);
        return "0";
    }

    private static int Following(ReadOnlySpan<char> text, int slash)
    {
        var next = text[(slash + 1)..].IndexOf('/');
        return next < 0 ? -1 : slash + 1 + next;
    }

    private static Timestamp? Read(ReadOnlySpan<byte> bytes)
    {
        try { return Timestamp.Parser.ParseFrom(bytes); }
        catch (InvalidProtocolBufferException) { return null; }
    }
}
