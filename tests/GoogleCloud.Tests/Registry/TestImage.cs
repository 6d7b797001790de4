using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Tests.Registry;

/// <summary>An OCI image layout on disk: one image of no layers, or an index of two of them.</summary>
internal sealed class TestImage : IDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cda-image-");

    public TestImage(string name, bool index)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(_folder.FullName, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var top = index ? Index([Manifest(name, "amd64"), Manifest(name, "arm64")]) : Manifest(name, "amd64");
        var named = top.Json.Insert(1, "\"annotations\":{\"org.opencontainers.image.ref.name\":\"image\"},");
        File.WriteAllText(Path.Combine(_folder.FullName, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{named}}]}""");
        Digest = Digest.Parse(top.Digest);
    }

    public string Folder => _folder.FullName;

    public Digest Digest { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private Descriptor Manifest(string name, string architecture)
    {
        var config = Blob("application/vnd.oci.image.config.v1+json", JsonSerializer.Serialize(new
        {
            architecture,
            os = "linux",
            config = new { Labels = new { name } },
            rootfs = new { type = "layers", diff_ids = Array.Empty<string>() },
        }));
        var manifest = Blob(ManifestType, $$"""{"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{config.Json}},"layers":[]}""");
        return manifest with { Json = manifest.Json.Insert(1, $$"""
            "platform":{"architecture":"{{architecture}}","os":"linux"},
            """) };
    }

    private Descriptor Index(Descriptor[] manifests)
    {
        var list = string.Join(',', manifests.Select(one => one.Json));
        return Blob(IndexType, $$"""{"schemaVersion":2,"mediaType":"{{IndexType}}","manifests":[{{list}}]}""");
    }

    private Descriptor Blob(string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(_folder.FullName, "blobs", "sha256", hex), bytes);
        return new($"sha256:{hex}", $$"""{"mediaType":"{{type}}","digest":"sha256:{{hex}}","size":{{bytes.Length}}}""");
    }

    private sealed record Descriptor(string Digest, string Json);
}
