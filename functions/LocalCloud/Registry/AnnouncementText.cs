using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>The bodies Artifact Registry publishes to the topic <c>gcr</c> (Artifact Registry, "Configure Pub/Sub notifications"):
/// full references, no attributes.</summary>
internal static class AnnouncementText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A push; without a tag for a push by digest.</summary>
    public static byte[] Insert(string host, string repository, Digest digest, string? tag) =>
        Write("INSERT", host, repository, digest, tag);

    public static byte[] DeleteTag(string host, string repository, string tag) => Write("DELETE", host, repository, null, tag);

    public static byte[] DeleteDigest(string host, string repository, Digest digest) => Write("DELETE", host, repository, digest, null);

    private static byte[] Write(string action, string host, string repository, Digest? digest, string? tag)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("action", action);
            if (digest is { } known)
                json.WriteString("digest", $"{host}/{repository}@{known}");
            if (tag is not null)
                json.WriteString("tag", $"{host}/{repository}:{tag}");
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
