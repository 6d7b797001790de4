using System.Net;
using System.Text.Json;
using CdAutomation.LocalCloud.Run;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

public sealed class ProxyTests
{
    [Test]
    public async Task Requests_are_split_by_percent_and_counted_and_tags_go_to_their_revision()
    {
        var start = TimeProvider.System.GetUtcNow();
        await using var cloud = await Cloud.StartAsync(
            new() { Images = new NamedImages(), SimulatedStart = TimeSpan.Zero, Random = new Random(7) });
        await cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var first = RolloutContractTests.RevisionOf((await cloud.GetAsync("web")).LatestReadyRevision);
        await cloud.ChangeAsync("web", it => it.Template.Containers[0].Image = Cloud.Better);
        var second = RolloutContractTests.RevisionOf((await cloud.GetAsync("web")).LatestReadyRevision);
        await cloud.ChangeAsync("web", it =>
        {
            it.Traffic.Clear();
            it.Traffic.Add([Cloud.To(first, 90, "old"), Cloud.ToLatest(10)]);
        });
        var service = await cloud.GetAsync("web");

        var answers = new List<string>();
        for (var request = 0; request < 300; request++) answers.Add(await RevisionAtAsync(cloud, service.Uri));
        Assert.That(answers.Count(it => it == second), Is.InRange(15, 50), "10 % of 300, by a seeded draw");
        Assert.That(answers.Count(it => it == first), Is.EqualTo(300 - answers.Count(it => it == second)));
        Assert.That(await RevisionAtAsync(cloud, service.TrafficStatuses[0].Uri), Is.EqualTo(first));

        var traffic = cloud.Run.TrafficSince(start);
        Assert.That(traffic.Sum(it => it.Requests), Is.EqualTo(301));
        Assert.That(traffic.Select(it => it.ByStatusClass[1]).Sum(), Is.EqualTo(301));
        Assert.That(traffic[0].Latencies.Percentile(0.99), Is.GreaterThan(0));
        Assert.That(cloud.Run.TrafficSince(start.AddHours(1)), Is.Empty);

        await cloud.ChangeAsync("web", it =>
        {
            it.Traffic.RemoveAt(0);
            it.Traffic[0].Percent = 100;
        });
        for (var request = 0; request < 20; request++)
            Assert.That(await RevisionAtAsync(cloud, service.Uri), Is.EqualTo(second), "routes that were remembered are forgotten");
    }

    [Test]
    public async Task A_simulated_revision_of_an_image_that_is_labelled_so_answers_some_requests_with_500()
    {
        var start = TimeProvider.System.GetUtcNow();
        const string flaky = "asia-northeast1-docker.pkg.dev/acme/app/web:flaky";
        await using var cloud = await Cloud.StartAsync(new()
        {
            Images = new NamedImages { [flaky] = NamedImages.Found(flaky, ("cdautomation.simulate", "fails-one-in-5")) },
            SimulatedStart = TimeSpan.Zero,
            Random = new Random(7),
        });
        await cloud.CreateAsync("web", Cloud.Wanted(flaky));
        var service = await cloud.GetAsync("web");

        for (var request = 0; request < 300; request++) (await cloud.BrowseAsync(service.Uri)).Dispose();
        var traffic = cloud.Run.TrafficSince(start).Single();
        Assert.That(traffic.Errors, Is.InRange(30, 90), "a fifth of 300, by a seeded draw");
        Assert.That(traffic.ByStatusClass[1], Is.EqualTo(300 - traffic.Errors));
    }

    [Test]
    public async Task What_serves_nothing_says_so_in_a_sentence()
    {
        await using var cloud = await Cloud.StartAsync();
        await cloud.CreateAsync("bad", Cloud.Wanted(Cloud.Bad));
        await cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var hidden = Cloud.Wanted(Cloud.Good);
        hidden.DefaultUriDisabled = true;
        await cloud.CreateAsync("hidden", hidden);

        async Task Says(HttpStatusCode code, string words, string host)
        {
            using var answer = await cloud.BrowseAsync($"http://{host}:80/");
            Assert.That((answer.StatusCode, await answer.Content.ReadAsStringAsync()), Is.EqualTo((code, words + "\n")));
        }

        const string Place = "asia-northeast1.acme.localhost";
        await Says(HttpStatusCode.ServiceUnavailable, "Service 'bad' has no revision that serves.", $"bad.{Place}");
        await Says(HttpStatusCode.NotFound, "There is no service 'absent' at this address.", $"absent.{Place}");
        await Says(HttpStatusCode.NotFound, "There is no service 'hidden' at this address.", $"hidden.{Place}");
        await Says(HttpStatusCode.NotFound, "Service 'web' has no traffic tag 'canary'.", $"canary---web.{Place}");
        using var other = await cloud.BrowseAsync("http://evil.example/");
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await cloud.GetAsync("hidden")).Uri, Is.Empty);
    }

    [Test]
    public async Task The_admin_API_does_not_answer_on_the_services_port_nor_the_other_way_round()
    {
        await using var cloud = await Cloud.StartAsync();
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(cloud.Run.ProxyAddress);
        var refusal = await Cloud.RefusalAsync(
            async () => await new Google.Cloud.Run.V2.Services.ServicesClient(channel).ListServicesAsync(
                new() { Parent = Cloud.Location }));
        Assert.That(refusal.StatusCode, Is.Not.EqualTo(StatusCode.OK));

        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{cloud.Run.Address}/"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("HTTP/2 only endpoint"));
    }

    [TestCase(100, "", 99, "a")]
    [TestCase(30, "", 29, "a")]
    [TestCase(30, "", 30, "b")]
    [TestCase(0, "t", 0, "b")]
    public void A_draw_falls_into_its_share(int share, string tag, int draw, string expected)
    {
        var route = new Route("s", false, [new("a", share, tag), new("b", 100 - share, "")]);
        Assert.That(route.Choose("", draw), Is.EqualTo(expected));
        Assert.That(route.Choose("t", draw), Is.EqualTo(tag == "t" ? "a" : null));
    }

    private static async Task<string> RevisionAtAsync(Cloud cloud, string uri)
    {
        using var answer = await cloud.BrowseAsync(uri);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("revision").GetString()!;
    }
}
