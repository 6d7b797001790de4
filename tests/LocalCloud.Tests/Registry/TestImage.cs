using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>Some bytes with their digest.</summary>
internal sealed record Content(byte[] Bytes, string MediaType)
{
    public string Digest { get; } = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Bytes));

    public string Hex => Digest["sha256:".Length..];

    public static Content Text(string text, string mediaType = "application/octet-stream") => new(Encoding.UTF8.GetBytes(text), mediaType);

    public JsonObject Descriptor() => new() { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Bytes.Length };
}

/// <summary>A small but whole OCI image: one gzip layer with one file, a config, a manifest.</summary>
internal sealed record TestImage(Content Manifest, IReadOnlyList<Content> Blobs)
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    public static TestImage Of(string content, string architecture = "amd64", JsonObject? more = null)
    {
        var (layer, diffId) = Layer(content);
        var config = Content.Text(
            $$$"""{"architecture":"{{{architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{diffId}}}"]}}""",
            "application/vnd.oci.image.config.v1+json");
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = config.Descriptor(),
            ["layers"] = new JsonArray(layer.Descriptor()),
        };
        foreach (var (key, value) in more ?? [])
            manifest[key] = value?.DeepClone();
        return new(Content.Text(manifest.ToJsonString(), OciManifest), [config, layer]);
    }

    public static Content Index(params (TestImage Image, string Architecture)[] images)
    {
        var manifests = new JsonArray();
        foreach (var (image, architecture) in images)
        {
            var descriptor = image.Manifest.Descriptor();
            descriptor["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
            manifests.Add(descriptor);
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = OciIndex, ["manifests"] = manifests };
        return Content.Text(index.ToJsonString(), OciIndex);
    }

    /// <summary>Writes an OCI image layout (image spec v1.1) that skopeo reads as <c>oci:DIR:TAG</c>.</summary>
    public static void WriteLayout(string directory, string tag, Content top, IEnumerable<Content> blobs)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        foreach (var blob in blobs.Append(top))
            File.WriteAllBytes(Path.Combine(folder, blob.Hex), blob.Bytes);
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var descriptor = top.Descriptor();
        descriptor["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        File.WriteAllText(
            Path.Combine(directory, "index.json"),
                new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(descriptor) }.ToJsonString());
    }

    private static (Content Layer, string DiffId) Layer(string content)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(content));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "content.txt")
            {
                DataStream = data,
                ModificationTime = DateTimeOffset.Parse("2030-01-01T00:00:00Z", CultureInfo.InvariantCulture),
            });
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar.ToArray());
        return (
            new(packed.ToArray(), "application/vnd.oci.image.layer.v1.tar+gzip"),
            "sha256:" + Convert.ToHexStringLower(SHA256.HashData(tar.ToArray())));
    }
}
