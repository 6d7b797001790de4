using System.Collections.Concurrent;
using System.Security.Cryptography;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Tests.PubSub;

namespace CdAutomation.LocalCloud.Tests.Registry;

public sealed class RegistryDurabilityTests
{
    private const string Repository = "acme/app/web";
    private const string Known = $"host.example/{Repository}";
    private string _directory = "";

    [SetUp]
    public void MakeFolder() => _directory = Directory.CreateTempSubdirectory("registry-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task What_a_client_was_told_survives_kills_at_any_moment_and_is_announced()
    {
        var told = new ConcurrentDictionary<string, TestImage>();
        var log = Path.Combine(_directory, "announced.log");
        for (var round = 0; round < 4; round++)
            await PushUntilKilledAsync(round, told, log, pushes: 5 + 7 * round);

        Assert.That(told, Has.Count.GreaterThan(40));
        await using var process = await KillableProcess.StartAsync(typeof(RegistryProcess), Path.Combine(_directory, "data"), log);
        using var client = new RegistryClient(process.FirstLine);
        foreach (var (tag, image) in told)
        {
            Assert.That(await client.DigestAsync(Repository, tag), Is.EqualTo(image.Manifest.Digest));
            foreach (var blob in image.Blobs)
            {
                using var got = await client.GetAsync($"/v2/{Repository}/blobs/{blob.Digest}");
                Assert.That(SHA256.HashData(await got.Content.ReadAsByteArrayAsync()), Is.EqualTo(Convert.FromHexString(blob.Hex)));
            }
        }

        await Eventually.SeesAsync(
            () => told.Keys.Except(
                File.ReadAllLines(log).Select(line => line.Split(':')[^1].TrimEnd('"', '}'))).ToList(), unheard => unheard.Count == 0);
    }

    [Test]
    public async Task What_could_not_be_announced_before_the_kill_is_announced_after_it()
    {
        var data = Path.Combine(_directory, "data");
        var log = Path.Combine(_directory, "announced.log");
        var image = TestImage.Of("one");
        await using (var mute = await KillableProcess.StartAsync(typeof(RegistryProcess), data, "-"))
        {
            using var client = new RegistryClient(mute.FirstLine);
            await client.PushAsync(Repository, "v1", image);
            await client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/v1");
        }

        await using var heard = await KillableProcess.StartAsync(typeof(RegistryProcess), data, log);
        await Eventually.SeesAsync(() => File.Exists(log) ? File.ReadAllLines(log) : [], lines => lines.Length >= 2);
        Assert.That(await File.ReadAllLinesAsync(log), Is.EqualTo(new[]
        {
            $$"""{"action":"INSERT","digest":"{{Known}}@{{image.Manifest.Digest}}","tag":"{{Known}}:v1"}""",
            $$"""{"action":"DELETE","tag":"{{Known}}:v1"}""",
        }));
    }

    [Test]
    public async Task One_folder_has_one_registry()
    {
        await using var first = await LocalRegistry.StartAsync(new() { DataDirectory = _directory }, CancellationToken.None);
        Assert.That(
            () => LocalRegistry.StartAsync(new() { DataDirectory = _directory }, CancellationToken.None),
            Throws.InstanceOf<IOException>().With.Message.Contains("another process"));
    }

    [Test]
    public async Task A_blob_whose_file_is_lost_is_unknown_until_it_is_pushed_again()
    {
        await using var registry = await LocalRegistry.StartAsync(new() { DataDirectory = _directory }, CancellationToken.None);
        using var client = new RegistryClient(registry.Address);
        var image = TestImage.Of("one");
        await client.PushAsync(Repository, "v1", image);
        File.Delete(Directory.GetFiles(_directory, image.Blobs[0].Hex, SearchOption.AllDirectories).Single());

        Assert.That(
            await RegistryClient.RefusalAsync(client.GetAsync($"/v2/{Repository}/blobs/{image.Blobs[0].Digest}")),
            Is.EqualTo((404, "BLOB_UNKNOWN")));
        Assert.That(
            await RegistryClient.RefusalAsync(client.PutAsync(Repository, "v2", image.Manifest)),
            Is.EqualTo((400, "MANIFEST_BLOB_UNKNOWN")));
        await client.PushAsync(Repository, "v2", image);
    }

    private async Task PushUntilKilledAsync(int round, ConcurrentDictionary<string, TestImage> told, string log, int pushes)
    {
        await using var process = await KillableProcess.StartAsync(typeof(RegistryProcess), Path.Combine(_directory, "data"), log);
        using var client = new RegistryClient(process.FirstLine);
        var count = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async worker =>
        {
            for (var n = 0; ; n++)
            {
                var (tag, image) = ($"r{round}-w{worker}-{n}", TestImage.Of($"{round} {worker} {n}"));
                try
                {
                    await client.PushAsync(Repository, tag, image);
                }
                catch (HttpRequestException)
                {
                    return;
                }

                told[tag] = image;
                if (Interlocked.Increment(ref count) >= pushes)
                    process.Kill();
            }
        }));
    }
}
