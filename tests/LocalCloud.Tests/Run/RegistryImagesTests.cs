using System.Net;
using CdAutomation.LocalCloud.Run;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Look-ups against the real registry, and against a server that lies.</summary>
[Category("Registry")]
public sealed class RegistryImagesTests
{
    private const string Host = "asia-northeast1-docker.pkg.dev";

    private static readonly byte[] Program = "not run here"u8.ToArray();

    private DockerRegistry _registry = null!;
    private RegistryImages _images = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _registry = await DockerRegistry.StartAsync();
        _images = new(host => host == Host ? _registry.Uri : null);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _images?.Dispose();
        if (_registry is not null) await _registry.DisposeAsync();
    }

    [Test]
    public async Task An_image_is_found_by_tag_and_by_digest_with_its_labels()
    {
        using var layout = OciLayout.Single(Program, "amd64", ("cdautomation.simulate", "fails-to-start"));
        await _registry.PushAsync(layout, "acme/app/web:v1");
        var found = (ImageLookup.Found)await FindAsync("acme/app/web:v1");
        Assert.That(found.Digest, Is.EqualTo(layout.Digest));
        Assert.That(found.PullReference, Is.EqualTo($"{_registry.Uri.Authority}/acme/app/web@{layout.Digest}"));
        Assert.That(found.Labels, Is.EqualTo(new Dictionary<string, string> { ["cdautomation.simulate"] = "fails-to-start" }));
        Assert.That(((ImageLookup.Found)await FindAsync($"acme/app/web@{layout.Digest}")).ConfigDigest, Is.EqualTo(found.ConfigDigest));
        Assert.That(((ImageLookup.Found)await FindAsync($"acme/app/web:ignored@{layout.Digest}")).Digest, Is.EqualTo(layout.Digest));
    }

    [Test]
    public async Task Of_several_platforms_linux_amd64_is_taken_and_the_digest_stays_that_of_the_index()
    {
        using var layout = OciLayout.MultiPlatform(Program, ["arm64", "amd64"]);
        await _registry.PushAsync(layout, "acme/app/multi:v1");
        Assert.That(((ImageLookup.Found)await FindAsync("acme/app/multi:v1")).Digest, Is.EqualTo(layout.Digest));
    }

    [Test]
    public async Task An_image_for_other_machines_alone_is_the_wrong_one()
    {
        using var one = OciLayout.Single(Program, "arm64");
        using var several = OciLayout.MultiPlatform(Program, ["arm64", "s390x"]);
        await _registry.PushAsync(one, "acme/app/arm:v1");
        await _registry.PushAsync(several, "acme/app/arms:v1");
        Assert.That(await FindAsync("acme/app/arm:v1"),
            Is.EqualTo(new ImageLookup.WrongPlatform("application/vnd.oci.image.manifest.v1+json")));
        Assert.That(await FindAsync("acme/app/arms:v1"),
            Is.EqualTo(new ImageLookup.WrongPlatform("application/vnd.oci.image.index.v1+json")));
    }

    [TestCase("acme/app/web:absent")]
    [TestCase("acme/nowhere:v1")]
    [TestCase("acme/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task What_is_not_there_is_missing(string path) => Assert.That(await FindAsync(path), Is.InstanceOf<ImageLookup.Missing>());

    [TestCase("other.example/acme/app/web:v1")]
    [TestCase("nginx")]
    [TestCase("not a reference")]
    [TestCase("")]
    public async Task What_is_on_no_registry_known_here_is_missing(string reference) =>
        Assert.That(await _images.FindAsync(reference, CancellationToken.None), Is.InstanceOf<ImageLookup.Missing>());

    [Test]
    public async Task A_registry_that_is_down_is_unreachable_and_not_empty()
    {
        using var images = new RegistryImages(_ => new Uri("http://127.0.0.1:1/"));
        Assert.That(await images.FindAsync($"{Host}/acme/app/web:v1", CancellationToken.None), Is.InstanceOf<ImageLookup.Unreachable>());
    }

    [TestCase(200, "{", typeof(ImageLookup.Malformed))]
    [TestCase(200, "[]", typeof(ImageLookup.Malformed))]
    [TestCase(200, "{\"config\":{\"digest\":\"../../etc/passwd\"}}", typeof(ImageLookup.Malformed))]
    [TestCase(200, "", typeof(ImageLookup.Malformed))]
    [TestCase(401, "", typeof(ImageLookup.Denied))]
    [TestCase(403, "", typeof(ImageLookup.Denied))]
    [TestCase(404, "", typeof(ImageLookup.Missing))]
    [TestCase(500, "", typeof(ImageLookup.Unreachable))]
    public async Task A_registry_that_answers_rubbish_is_an_answer_too(int status, string body, Type expected)
    {
        using var listener = new HttpListener();
        var port = new Uri($"http://127.0.0.1:{FreePort()}/");
        listener.Prefixes.Add(port.ToString());
        listener.Start();
        var answering = AnswerAsync(listener, status, System.Text.Encoding.UTF8.GetBytes(body));
        using var images = new RegistryImages(_ => port);
        Assert.That(await images.FindAsync($"{Host}/acme/app/web:v1", CancellationToken.None), Is.InstanceOf(expected));
        await answering;
    }

    [Test]
    public async Task A_manifest_without_end_is_cut_off()
    {
        using var listener = new HttpListener();
        var port = new Uri($"http://127.0.0.1:{FreePort()}/");
        listener.Prefixes.Add(port.ToString());
        listener.Start();
        var answering = AnswerAsync(listener, 200, new byte[(4 << 20) + 1]);
        using var images = new RegistryImages(_ => port);
        Assert.That(await images.FindAsync($"{Host}/acme/app/web:v1", CancellationToken.None), Is.InstanceOf<ImageLookup.Malformed>());
        await answering;
    }

    [Test]
    public async Task A_service_deployed_from_the_registry_keeps_the_digest_of_its_first_moment()
    {
        using var layout = OciLayout.Single(Program);
        await _registry.PushAsync(layout, "acme/app/kept:v1");
        await using var cloud = await Cloud.StartAsync(new() { Images = _images, SimulatedStart = TimeSpan.Zero });
        await cloud.CreateAsync("web", Cloud.Wanted($"{Host}/acme/app/kept:v1"));
        using var moved = OciLayout.Single("another"u8.ToArray());
        await _registry.PushAsync(moved, "acme/app/kept:v1");
        using var answer = await cloud.BrowseAsync((await cloud.GetAsync("web")).Uri);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(layout.Digest));

        await cloud.CreateAsync("arm", Cloud.Wanted($"{Host}/acme/app/absent:v1"));
        Assert.That((await cloud.GetAsync("arm")).TerminalCondition.Reason,
            Is.EqualTo(Google.Cloud.Run.V2.Condition.Types.CommonReason.ContainerMissing));
    }

    private async Task<ImageLookup> FindAsync(string path) => await _images.FindAsync($"{Host}/{path}", CancellationToken.None);

    private static async Task AnswerAsync(HttpListener listener, int status, byte[] body)
    {
        var context = await listener.GetContextAsync();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/vnd.oci.image.manifest.v1+json";
        try
        {
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (HttpListenerException)
        {
            // The reader had enough.
        }
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
