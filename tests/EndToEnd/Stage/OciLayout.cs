using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// An image in a folder, as build tools leave it and skopeo reads it (OCI image specification v1.1, "Image Layout"): one layer with one
/// text file. The same text gives the same digest.
/// </summary>
internal sealed class OciLayout
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    private readonly string _folder;

    private OciLayout(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
    }

    /// <summary>The digest of the manifest or, for several platforms, of the index.</summary>
    public string Digest { get; private set; } = "";

    /// <summary>As skopeo names it.</summary>
    public string Reference => $"oci:{_folder}:image";

    /// <summary>An image for linux/amd64.</summary>
    public static OciLayout OnePlatform(TemporaryFolder into, string text)
    {
        var layout = new OciLayout(into.In($"layout-{Guid.NewGuid():N}"));
        layout.Finish(layout.Manifest(text, "amd64"));
        return layout;
    }

    /// <summary>An index of one image for each architecture.</summary>
    public static OciLayout SeveralPlatforms(TemporaryFolder into, string text, params string[] architectures)
    {
        var layout = new OciLayout(into.In($"layout-{Guid.NewGuid():N}"));
        var manifests = new JsonArray();
        foreach (var architecture in architectures)
        {
            var manifest = layout.Manifest($"{text} for {architecture}", architecture);
            manifest["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
            manifests.Add(manifest);
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = manifests };
        layout.Finish(layout.Blob(JsonSerializer.SerializeToUtf8Bytes(index), IndexType));
        return layout;
    }

    private JsonObject Manifest(string text, string architecture)
    {
        var tar = Tar(text);
        var config = new JsonObject
        {
            ["os"] = "linux",
            ["architecture"] = architecture,
            ["config"] = new JsonObject { ["Entrypoint"] = new JsonArray("/app") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(DigestOf(tar)) },
        };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = Blob(JsonSerializer.SerializeToUtf8Bytes(config), "application/vnd.oci.image.config.v1+json"),
            ["layers"] = new JsonArray(Blob(Gzip(tar), "application/vnd.oci.image.layer.v1.tar+gzip")),
        };
        return Blob(JsonSerializer.SerializeToUtf8Bytes(manifest), ManifestType);
    }

    private void Finish(JsonObject top)
    {
        Digest = top["digest"]!.GetValue<string>();
        top["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "image" };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(top) };
        File.WriteAllText(Path.Combine(_folder, "index.json"), index.ToJsonString());
        File.WriteAllText(Path.Combine(_folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    private JsonObject Blob(byte[] bytes, string mediaType)
    {
        var digest = DigestOf(bytes);
        File.WriteAllBytes(Path.Combine(_folder, "blobs", "sha256", digest["sha256:".Length..]), bytes);
        return new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = bytes.Length };
    }

    private static byte[] Tar(string text)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "app")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }

        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        return bytes.ToArray();
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
