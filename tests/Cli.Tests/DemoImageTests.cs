using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using CdAutomation.Cli.Demo;

namespace CdAutomation.Cli.Tests;

public sealed class DemoImageTests
{
    [Test]
    public void The_same_text_gives_the_same_digest_and_another_text_another()
    {
        var first = DemoImage.Answering("shop v1").Digest;

        Assert.That(DemoImage.Answering("shop v1").Digest, Is.EqualTo(first));
        Assert.That(DemoImage.Answering("shop v2").Digest, Is.Not.EqualTo(first));
        Assert.That(DemoImage.ThatDoesNotStart("shop v1").Digest, Is.Not.EqualTo(first));
    }

    [Test]
    public void The_manifest_names_config_and_layer_by_their_digests_and_the_config_the_unpacked_layer()
    {
        var image = DemoImage.Answering("shop v1");
        using var manifest = JsonDocument.Parse(image.Manifest);
        using var config = JsonDocument.Parse(image.Config);
        using var tar = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(image.Layer), CompressionMode.Decompress))
            gzip.CopyTo(tar);

        Assert.That(manifest.RootElement.GetProperty("config").GetProperty("digest").GetString(), Is.EqualTo(DemoImage.DigestOf(image.Config)));
        Assert.That(manifest.RootElement.GetProperty("layers")[0].GetProperty("digest").GetString(), Is.EqualTo(DemoImage.DigestOf(image.Layer)));
        Assert.That(config.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString(), Is.EqualTo(DemoImage.DigestOf(tar.ToArray())));
    }

    [TestCase("this text is longer than the sixty-two characters that the program has for it")]
    [TestCase("ümlaut")]
    public void A_text_that_does_not_fit_is_refused(string text) => Assert.That(() => DemoImage.Answering(text), Throws.ArgumentException);

    [Test]
    public async Task The_program_in_the_image_answers_with_the_text_and_ends_on_a_signal()
    {
        using var folder = new TemporaryFolder();
        var path = Unpack(DemoImage.Answering("shop v1"), folder);
        var port = FreePort();

        using var process = Process.Start(new ProcessStartInfo(path) { Environment = { ["PORT"] = $"{port}" } })!;
        using var http = new HttpClient();
        var body = await Eventually.GetAsync(http, $"http://127.0.0.1:{port}/anything");
        Assert.That(body.TrimEnd(), Is.EqualTo("shop v1"));

        using var kill = Process.Start("kill", $"-TERM {process.Id}");
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(process.ExitCode, Is.Zero);
    }

    [Test]
    public async Task The_program_of_an_image_that_fails_one_request_in_five_answers_500_to_every_fifth()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        using var process = Process.Start(new ProcessStartInfo(Unpack(DemoImage.FailingOneIn(5, "shop v1"), folder)) { Environment = { ["PORT"] = $"{port}" } })!;
        try
        {
            using var http = new HttpClient();
            await Eventually.GetAsync(http, $"http://127.0.0.1:{port}/");
            var statuses = new List<int>();
            for (var request = 0; request < 20; request++)
            {
                using var reply = await http.GetAsync($"http://127.0.0.1:{port}/");
                statuses.Add((int)reply.StatusCode);
                Assert.That((await reply.Content.ReadAsStringAsync()).TrimEnd(), Is.EqualTo("shop v1"));
            }

            Assert.That(statuses.Count(status => status == 500), Is.EqualTo(4));
            Assert.That(statuses, Is.All.AnyOf(200, 500));
        }
        finally
        {
            process.Kill();
        }
    }

    [Test]
    public async Task The_program_of_a_failing_image_ends_with_one()
    {
        using var folder = new TemporaryFolder();
        using var process = Process.Start(Unpack(DemoImage.ThatDoesNotStart("shop v1"), folder));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(process.ExitCode, Is.EqualTo(1));
    }

    [Test]
    [Category("Binutils")]
    public void The_program_is_what_its_source_assembles_to()
    {
        using var folder = new TemporaryFolder();
        var source = Path.Combine(TestContext.CurrentContext.TestDirectory, "Demo", "hello.s");
        Run("as", "--64", "-o", folder.In("hello.o"), source);
        Run("ld", "-N", "-s", "--build-id=none", "-z", "noseparate-code", "-o", folder.In("hello.elf"), folder.In("hello.o"));

        Assert.That(File.ReadAllBytes(folder.In("hello.elf")), Is.EqualTo(File.ReadAllBytes(Path.ChangeExtension(source, ".elf"))));
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Unpack(DemoImage image, TemporaryFolder folder)
    {
        using var gzip = new GZipStream(new MemoryStream(image.Layer), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(gzip, folder.Path, overwriteFiles: true);
        return folder.In("hello");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} is not there: apt-get install binutils");
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
    }
}
