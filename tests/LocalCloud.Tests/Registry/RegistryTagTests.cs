using System.Net;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>Tags: how they move and go, how they are listed, and when theirs came.</summary>
public sealed class RegistryTagTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private static readonly TestImage Image = TestImage.Of("one");

    [Test]
    public async Task A_tag_moves_and_goes_while_its_manifests_stay()
    {
        var next = TestImage.Of("two");
        await Client.PushAsync(Repository, "live", Image);
        await Client.PushAsync(Repository, "live", next);
        Assert.That(await Client.DigestAsync(Repository, "live"), Is.EqualTo(next.Manifest.Digest));

        Assert.That(
            (await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/live")).StatusCode,
            Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await Client.DigestAsync(Repository, "live"), Is.Null);
        Assert.That(await Client.DigestAsync(Repository, Image.Manifest.Digest), Is.EqualTo(Image.Manifest.Digest));
        Assert.That(await Client.DigestAsync(Repository, next.Manifest.Digest), Is.EqualTo(next.Manifest.Digest));
    }

    [Test]
    public async Task A_deleted_manifest_takes_its_tags_along()
    {
        await Client.PushAsync(Repository, "a", Image);
        await Client.PushAsync(Repository, "b", Image);
        await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/{Image.Manifest.Digest}");

        using var tags = await Client.GetAsync($"/v2/{Repository}/tags/list");
        Assert.That(await tags.Content.ReadAsStringAsync(), Is.EqualTo($$$"""{"name":"{{{Repository}}}","tags":[],"manifest":{}}"""));
    }

    [Test]
    public async Task The_list_of_tags_tells_of_each_manifest_when_it_came_and_what_it_is_called_as_googles_registries_do()
    {
        await Client.PushAsync(Repository, "b", Image);
        var first = await UploadAsync();
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(first.At), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromHours(1)));
        await Client.PushAsync(Repository, "a", Image);
        Assert.That(await UploadAsync(), Is.EqualTo(("a b", first.At)), "a further name is no further upload");
    }

    [Test]
    public async Task Tags_come_sorted_in_pages_that_link_to_the_next()
    {
        string[] tags = ["v10", "v1", "V2", "_x", "v2", "1.0", "sha256-abc.sig"];
        foreach (var tag in tags)
            await Client.PushAsync(Repository, tag, Image);

        var seen = new List<string>();
        var next = $"/v2/{Repository}/tags/list?n=3";
        var pages = 0;
        while (next is not null)
        {
            using var answer = await Client.GetAsync(next);
            seen.AddRange(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tags"]!.AsArray().Select(
                tag => tag!.GetValue<string>()));
            next = answer.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
            pages++;
        }

        Assert.That(seen, Is.EqualTo(tags.Order(StringComparer.Ordinal)));
        Assert.That(pages, Is.EqualTo(3));
        using var none = await Client.GetAsync($"/v2/{Repository}/tags/list?n=0");
        Assert.That(await none.Content.ReadAsStringAsync(), Does.Contain("\"tags\":[]"));
        Assert.That(
            await RegistryClient.RefusalAsync(Client.GetAsync($"/v2/{Repository}/tags/list?n=-1")),
            Is.EqualTo((400, "PAGINATION_NUMBER_INVALID")));
    }

    [Test]
    public async Task One_tag_pushed_by_many_at_once_ends_on_one_of_them()
    {
        var images = Enumerable.Range(0, 12).Select(n => TestImage.Of($"image {n}")).ToList();
        await Task.WhenAll(images.Select(image => Client.PushAsync(Repository, "live", image)));

        Assert.That(images.Select(image => image.Manifest.Digest), Has.Member(await Client.DigestAsync(Repository, "live")));
        var heard = await PubSub.Eventually.SeesAsync(() => Announced.Heard, seen => seen.Count == images.Count);
        Assert.That(heard[^1], Does.Contain(await Client.DigestAsync(Repository, "live")),
            "the last announcement is of the tag's last owner");
    }

    private async Task<(string Tags, long At)> UploadAsync()
    {
        using var answer = await Client.GetAsync($"/v2/{Repository}/tags/list");
        var manifest = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["manifest"]![Image.Manifest.Digest]!;
        return (
            string.Join(' ', manifest["tag"]!.AsArray().Select(tag => tag!.GetValue<string>())),
            long.Parse(manifest["timeUploadedMs"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
    }
}
