using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>An OCI image layout (image spec v1.1) made by hand: one layer with one program, one manifest or an index of several.</summary>
internal sealed class OciLayout : IDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    private OciLayout() => System.IO.Directory.CreateDirectory(Path.Combine(Directory, "blobs", "sha256"));

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("layout-").FullName;

    /// <summary>What the pushed reference stands for.</summary>
    public string Digest { get; private set; } = "";

    public static OciLayout Single(byte[] program, string architecture = "amd64", params (string Key, string Value)[] labels)
    {
        var layout = new OciLayout();
        var manifest = layout.Manifest(program, architecture, labels);
        layout.Index(manifest);
        return layout;
    }

    public static OciLayout MultiPlatform(byte[] program, string[] architectures, params (string Key, string Value)[] labels)
    {
        var layout = new OciLayout();
        var entries = architectures.Select(it =>
        {
            var entry = layout.Manifest(program, it, labels);
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = it };
            return (JsonNode)entry;
        });
        layout.Index(layout.Blob(
            new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = new JsonArray([.. entries]) }, IndexType));
        return layout;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private JsonObject Manifest(byte[] program, string architecture, (string Key, string Value)[] labels)
    {
        var tar = Tar(program);
        var config = new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = architecture,
            ["config"] = new JsonObject
            {
                ["Entrypoint"] = new JsonArray("/hello"),
                ["Labels"] = new JsonObject(labels.Select(it => KeyValuePair.Create(it.Key, (JsonNode?)it.Value))),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(DigestOf(tar)) },
        };
        return Blob(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = ManifestType,
                ["config"] = Blob(config, "application/vnd.oci.image.config.v1+json"),
                ["layers"] = new JsonArray(Blob(Gzip(tar), "application/vnd.oci.image.layer.v1.tar+gzip")),
            },
            ManifestType);
    }

    private void Index(JsonObject top)
    {
        Digest = top["digest"]!.GetValue<string>();
        top["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "image" };
        File.WriteAllText(
            Path.Combine(Directory, "index.json"),
            new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(top) }.ToJsonString());
        File.WriteAllText(Path.Combine(Directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    private JsonObject Blob(JsonNode content, string mediaType) => Blob(JsonSerializer.SerializeToUtf8Bytes(content), mediaType);

    private JsonObject Blob(byte[] bytes, string mediaType)
    {
        var digest = DigestOf(bytes);
        File.WriteAllBytes(Path.Combine(Directory, "blobs", "sha256", digest["sha256:".Length..]), bytes);
        return new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = bytes.Length };
    }

    private static byte[] Tar(byte[] program)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "hello")
            {
                DataStream = new MemoryStream(program),
                Mode = (UnixFileMode)0b111_101_101,
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(tar);
        return bytes.ToArray();
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
