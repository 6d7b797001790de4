using System.Net;
using System.Net.Http.Json;
using System.Text;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>The main job, from the outside: skopeo pushes, the official client of Cloud Run reads what the service runs.</summary>
[Category("Registry")]
[Category("Node")]
public sealed class PushedImageTests
{
    private const string Path = "acme/app/web";

    private UpFolder _folder = null!;
    private Up _up = null!;
    private CloudRun _cloud = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new(("shop.yaml", Policies.Pipeline("shop", "web")));
        _up = await Up.StartAsync(_folder, "--simulate");
        _cloud = new(_up.Run, _up.Services);
    }

    [TearDown]
    public async Task Stop()
    {
        _cloud?.Dispose();
        if (_up is not null)
            await _up.DisposeAsync();
        _folder?.Dispose();
    }

    [Test]
    public async Task A_pushed_image_is_what_the_service_runs_by_its_digest_whether_for_one_platform_or_for_several()
    {
        var single = OciLayout.OnePlatform(_folder.Images, "v1.0.0");
        await PushAndServeAsync(single, "v1.0.0", all: false);
        await RunsExactlyAsync(single.Digest);

        var several = OciLayout.SeveralPlatforms(_folder.Images, "v1.1.0", "amd64", "arm64");
        await PushAndServeAsync(several, "v1.1.0", all: true);
        var read = await RunsExactlyAsync(several.Digest);
        // The placeholder that the service was made with, and one for each version: the platforms of an index are no versions.
        Assert.That(read.Revisions, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task What_is_older_or_signed_or_retagged_or_repeated_changes_nothing_and_the_journal_says_why()
    {
        var newest = OciLayout.OnePlatform(_folder.Images, "v1.1.0");
        await PushAndServeAsync(newest, "v1.1.0", all: false);
        await _up.ToldAsync("shop", "v1.1.0", "rollout.serving");
        var before = await _cloud.RevisionNamesAsync("web");

        await Skopeo.PushAsync(OciLayout.OnePlatform(_folder.Images, "v1.0.5").Reference, _up.Registry, $"{Path}:v1.0.5");
        await _up.ToldAsync("shop", "v1.0.5", "candidate.older");

        var signature = newest.Digest.Replace(':', '-') + ".sig";
        await Skopeo.PushAsync(OciLayout.OnePlatform(_folder.Images, "a signature").Reference, _up.Registry, $"{Path}:{signature}");
        await _up.ToldAsync("shop", signature, "artifact.signature");

        await Skopeo.PushAsync(newest.Reference, _up.Registry, $"{Path}:stable");
        await _up.ToldAsync("shop", "stable", "candidate.serving");

        // A version number higher than that of what runs, and yet the very same image.
        await Skopeo.PushAsync(newest.Reference, _up.Registry, $"{Path}:v1.2.0");
        await _up.ToldAsync("shop", "v1.2.0", "candidate.serving");

        var pushed = Announcement(newest.Digest, "v1.1.0");
        await NodeProgram.PublishAsync(_up.PubSub, "local", "gcr", pushed, pushed, pushed);
        await _up.ToldAsync("shop", "v1.1.0", "candidate.serving", times: 3);

        Assert.That(await _cloud.RevisionNamesAsync("web"), Is.EqualTo(before));
        await RunsExactlyAsync(newest.Digest);
    }

    [Test]
    public async Task A_message_that_is_delivered_three_times_is_answered_once()
    {
        var image = OciLayout.OnePlatform(_folder.Images, "v1.0.0");
        await PushAndServeAsync(image, "v1.0.0", all: false);
        await _up.ToldAsync("shop", "v1.0.0", "rollout.serving");
        var before = await _cloud.RevisionNamesAsync("web");

        using var http = new HttpClient();
        for (var delivery = 0; delivery < 3; delivery++)
        {
            using var answer = await http.PostAsJsonAsync($"{_up.Web}/functions/OnImagePushed", new
            {
                message = new
                {
                    data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Announcement(image.Digest, "v1.0.0"))),
                    messageId = "4711",
                    publishTime = "2026-11-23T10:00:00Z",
                },
                subscription = "projects/local/subscriptions/gcr-OnImagePushed",
            });
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        }

        var why = await _up.WhyAsync("shop");
        var lines = why.Lines.Where(line => line.Cause.Contains("/4711/", StringComparison.Ordinal)).ToArray();
        Assert.That(lines, Has.Length.EqualTo(1));
        Assert.That((lines[0].Code, lines[0].Delivered), Is.EqualTo(("candidate.serving", 3)));
        Assert.That(await _cloud.RevisionNamesAsync("web"), Is.EqualTo(before));
    }

    private static string Announcement(string digest, string tag) =>
        $$"""{"action":"INSERT","digest":"{{Policies.Host}}/{{Path}}@{{digest}}","tag":"{{Policies.Host}}/{{Path}}:{{tag}}"}""";

    private async Task PushAndServeAsync(OciLayout image, string tag, bool all)
    {
        await Skopeo.PushAsync(image.Reference, _up.Registry, $"{Path}:{tag}", all);
        var took = await _cloud.ServesAsync("web", image.Digest);
        await TestContext.Out.WriteLineAsync(
            $"{tag}: from the end of 'skopeo copy' until the service's address answers from it: {took.TotalMilliseconds:0} ms");
    }

    private async Task<ServiceReading> RunsExactlyAsync(string digest)
    {
        var wanted = $"{Policies.Host}/{Path}@{digest}";
        var read = await Eventually.SeesAsync(
            "the change is over", () => NodeProgram.ReadServiceAsync(_up.Run, "web"), it => !it.Reconciling);
        Assert.That(read.Image, Is.EqualTo(wanted));
        Assert.That(read.Serving, Is.EqualTo(new[] { new ServingRevision(wanted, 100) }));
        Assert.That(read.Revisions.Single(revision => revision.Name == read.ReadyRevision).Image, Is.EqualTo(wanted));
        return read;
    }
}
