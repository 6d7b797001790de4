using CdAutomation.LocalCloud.PubSub;
using CdAutomation.LocalCloud.Registry;
using CdAutomation.LocalCloud.Tests.PubSub;

namespace CdAutomation.LocalCloud.Tests.Registry;

public sealed class RegistryAnnouncementTests : RegistryFixture
{
    private const string Repository = "acme/app/web";
    private const string Tokyo = "asia-northeast1-docker.example";
    private static readonly TestImage Image = TestImage.Of("one");
    private static readonly TestImage Other = TestImage.Of("two", "arm64");

    protected override LocalRegistryOptions Shape(LocalRegistryOptions options) => options with
    {
        PublicHosts = path => path switch
        {
            Repository => [Tokyo],
            "acme/two/hosts" => [Tokyo, "europe-west1-docker.example"],
            _ => [],
        },
    };

    [Test]
    public async Task A_tagged_push_names_digest_and_tag_and_its_blobs_are_not_told()
    {
        await Client.PushAsync(Repository, "v1", Image);
        Assert.That(await HeardAsync(1), Is.EqualTo(new[]
        {
            $$"""{"action":"INSERT","digest":"{{Tokyo}}/{{Repository}}@{{Image.Manifest.Digest}}","tag":"{{Tokyo}}/{{Repository}}:v1"}""",
        }));
    }

    [Test]
    public async Task A_push_by_digest_names_no_tag_and_an_index_comes_after_its_children()
    {
        await Client.PushAsync(Repository, Image.Manifest.Digest, Image);
        await Client.PushAsync(Repository, Other.Manifest.Digest, Other);
        var index = TestImage.Index((Image, "amd64"), (Other, "arm64"));
        using var put = await Client.PutAsync(Repository, "v1", index);

        Assert.That(await HeardAsync(3), Is.EqualTo(new[]
        {
            $$"""{"action":"INSERT","digest":"{{Tokyo}}/{{Repository}}@{{Image.Manifest.Digest}}"}""",
            $$"""{"action":"INSERT","digest":"{{Tokyo}}/{{Repository}}@{{Other.Manifest.Digest}}"}""",
            $$"""{"action":"INSERT","digest":"{{Tokyo}}/{{Repository}}@{{index.Digest}}","tag":"{{Tokyo}}/{{Repository}}:v1"}""",
        }));
    }

    [Test]
    public async Task Signatures_are_announced_like_any_tag()
    {
        var tag = $"sha256-{Image.Manifest.Hex}.sig";
        await Client.PushAsync(Repository, tag, Image);
        Assert.That((await HeardAsync(1))[0], Does.EndWith($"\"tag\":\"{Tokyo}/{Repository}:{tag}\"}}"));
    }

    [Test]
    public async Task The_same_push_again_is_announced_again()
    {
        await Client.PushAsync(Repository, "v1", Image);
        await Client.PushAsync(Repository, "v1", Image);
        var heard = await HeardAsync(2);
        Assert.That(heard[1], Is.EqualTo(heard[0]));
    }

    [Test]
    public async Task Deletions_name_the_tag_or_the_digest()
    {
        await Client.PushAsync(Repository, "v1", Image);
        await Client.PushAsync(Repository, "v2", Image);
        await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/v1");
        await Client.SendAsync(HttpMethod.Delete, $"/v2/{Repository}/manifests/{Image.Manifest.Digest}");

        Assert.That((await HeardAsync(5)).Skip(2), Is.EqualTo(new[]
        {
            $$"""{"action":"DELETE","tag":"{{Tokyo}}/{{Repository}}:v1"}""",
            $$"""{"action":"DELETE","tag":"{{Tokyo}}/{{Repository}}:v2"}""",
            $$"""{"action":"DELETE","digest":"{{Tokyo}}/{{Repository}}@{{Image.Manifest.Digest}}"}""",
        }));
    }

    [Test]
    public async Task A_repository_known_by_two_hosts_is_announced_twice_and_one_without_by_the_host_asked()
    {
        await Client.PushAsync("acme/two/hosts", "v1", Image);
        await Client.PushAsync("acme/no/host", "v1", Image);
        var heard = await HeardAsync(3);
        Assert.That(heard[0], Does.Contain($"{Tokyo}/acme/two/hosts:v1"));
        Assert.That(heard[1], Does.Contain("europe-west1-docker.example/acme/two/hosts:v1"));
        Assert.That(heard[2], Does.Contain($"{Address}/acme/no/host:v1"));
    }

    [Test]
    public async Task An_announcement_that_is_not_taken_is_made_again_before_those_behind_it()
    {
        var refusals = 2;
        Announced.Refuses = _ => refusals-- > 0;
        await Client.PushAsync(Repository, "v1", Image);
        await Client.PushAsync(Repository, "v2", Image);
        var heard = await HeardAsync(2);
        Assert.That(heard[0], Does.Contain(":v1\""));
        Assert.That(heard[1], Does.Contain(":v2\""));
    }

    [TestCase(false)]
    [TestCase(true, Category = "Emulator")]
    public async Task A_push_reaches_an_endpoint_through_the_topic_gcr_even_when_the_topic_comes_late(bool google)
    {
        await using var local = google ? null : await LocalPubSub.StartAsync(new(), CancellationToken.None);
        var address = local?.Address ?? await PubSubEmulator.AddressAsync();
        await using var receiver = await PushReceiver.StartAsync();
        var project = $"acme-{Guid.NewGuid():N}";
        using var topic = new TopicAnnouncements(address, project, TimeProvider.System);
        await using var registry = await LocalRegistry.StartAsync(
            new() { Announcements = topic, PublicHosts = _ => [Tokyo] }, CancellationToken.None);
        using var client = new RegistryClient(registry.Address);

        await client.PushAsync(Repository, "v1", Image);
        var route = new PushRoute(
            $"projects/{project}/topics/gcr", $"projects/{project}/subscriptions/on-image", receiver.Endpoint("/push"));
        await PubSubSetup.EnsureAsync(address, [route], CancellationToken.None);
        // The first announcement may have been taken between topic and subscription, and be lost as Pub/Sub loses it: so a second one.
        await client.PushAsync(Repository, "v1", Image);

        var pushes = await Eventually.SeesAsync(() => receiver.Pushes, seen => seen.Count > 0);
        Assert.That(pushes[0].Text, Is.EqualTo(
            $$"""{"action":"INSERT","digest":"{{Tokyo}}/{{Repository}}@{{Image.Manifest.Digest}}","tag":"{{Tokyo}}/{{Repository}}:v1"}"""));
    }

    private Task<IReadOnlyList<string>> HeardAsync(int count) => Eventually.SeesAsync(() => Announced.Heard, heard => heard.Count >= count);
}
