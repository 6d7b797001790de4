using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>With skopeo, a client written by others.</summary>
[Category("Registry")]
public sealed class RegistrySkopeoTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private string _directory = "";

    [SetUp]
    public async Task MakeFolder()
    {
        _directory = Directory.CreateTempSubdirectory("skopeo-test-").FullName;
        try
        {
            await RunAsync("--version");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("skopeo is missing: apt-get install skopeo");
        }
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task An_image_travels_there_and_back_unchanged()
    {
        var image = TestImage.Of("there and back");
        TestImage.WriteLayout(_directory, "v1", image.Manifest, image.Blobs);
        await RunAsync("copy", "--insecure-policy", "--dest-tls-verify=false", $"oci:{_directory}:v1",
            $"docker://{Address}/{Repository}:v1");
        Assert.That(await Client.DigestAsync(Repository, "v1"), Is.EqualTo(image.Manifest.Digest));

        var back = Path.Combine(_directory, "back");
        await RunAsync(
            "copy", "--insecure-policy", "--src-tls-verify=false", $"docker://{Address}/{Repository}@{image.Manifest.Digest}",
            $"oci:{back}:v1");
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(back, "index.json")))!;
        Assert.That(index["manifests"]![0]!["digest"]!.GetValue<string>(), Is.EqualTo(image.Manifest.Digest));
        foreach (var blob in image.Blobs)
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(back, "blobs", "sha256", blob.Hex)), Is.EqualTo(blob.Bytes));
    }

    [Test]
    public async Task A_multi_arch_index_travels_whole_and_is_announced_children_first()
    {
        var (amd, arm) = (TestImage.Of("amd", "amd64"), TestImage.Of("arm", "arm64"));
        var index = TestImage.Index((amd, "amd64"), (arm, "arm64"));
        TestImage.WriteLayout(_directory, "v1", index, [.. amd.Blobs, .. arm.Blobs, amd.Manifest, arm.Manifest]);
        await RunAsync("copy", "--all", "--insecure-policy", "--dest-tls-verify=false", $"oci:{_directory}:v1",
            $"docker://{Address}/{Repository}:v1");

        Assert.That(await Client.DigestAsync(Repository, "v1"), Is.EqualTo(index.Digest));
        var heard = await PubSub.Eventually.SeesAsync(() => Announced.Heard, seen => seen.Count >= 3);
        Assert.That(heard.Take(2).All(text => !text.Contains("\"tag\"", StringComparison.Ordinal)), Is.True);
        Assert.That(heard[2], Does.Contain(index.Digest).And.Contain($":v1\""));
        Assert.That(heard, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_docker_schema_two_image_is_taken_too()
    {
        var image = TestImage.Of("docker");
        TestImage.WriteLayout(_directory, "v1", image.Manifest, image.Blobs);
        await RunAsync(
            "copy", "--format", "v2s2", "--insecure-policy", "--dest-tls-verify=false", $"oci:{_directory}:v1",
            $"docker://{Address}/{Repository}:v2s2");
        using var got = await Client.GetAsync($"/v2/{Repository}/manifests/v2s2");
        Assert.That(got.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/vnd.docker.distribution.manifest.v2+json"));
    }

    [Test]
    public async Task Skopeo_lists_inspects_and_deletes()
    {
        var image = TestImage.Of("inspected");
        await Client.PushAsync(Repository, "v1", image);
        await Client.PushAsync(Repository, "v2", image);
        var tags = JsonNode.Parse(await RunAsync("list-tags", "--tls-verify=false", $"docker://{Address}/{Repository}"))!;
        Assert.That(tags["Tags"]!.AsArray().Select(tag => tag!.GetValue<string>()), Is.EqualTo(new[] { "v1", "v2" }));
        var inspected = JsonNode.Parse(await RunAsync("inspect", "--tls-verify=false", $"docker://{Address}/{Repository}:v1"))!;
        Assert.That(inspected["Digest"]!.GetValue<string>(), Is.EqualTo(image.Manifest.Digest));
        await RunAsync("delete", "--tls-verify=false", $"docker://{Address}/{Repository}:v1");
        Assert.That(await Client.DigestAsync(Repository, image.Manifest.Digest), Is.Null);
    }

    private static async Task<string> RunAsync(params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo("skopeo", args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        return output;
    }
}
