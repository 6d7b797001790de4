using System.Net;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace CdAutomation.EndToEnd;

/// <summary>The functions as they are composed in production, with a registry and a Pub/Sub that are not ours.</summary>
[Category("Registry")]
[Category("Node")]
[Category("Emulator")]
public sealed class ProductionTests
{
    private const string Image = "acme/app/web";

    [Test]
    public async Task A_push_to_a_cncf_registry_goes_through_googles_pubsub_and_three_functions_to_what_the_official_client_reads()
    {
        await using var production = await Production.StartAsync(Policies.Pipeline("shop", "web"));
        var first = await PushAsync(production, "v1.0.0", several: false);
        await ServesAsync(production, "v1.0.0", first);
        var second = await PushAsync(production, "v1.1.0", several: true);
        await ServesAsync(production, "v1.1.0", second);

        await PushAsync(production, "v1.0.5", several: false);
        var why = await Eventually.SeesAsync("v1.0.5 is answered", () => WhyAsync(production), it => it.Of("v1.0.5").Count > 0);
        Assert.That(why.Of("v1.0.5")[0].Code, Is.EqualTo("candidate.older"));
        Assert.That(why.Lines.Select(line => line.Commit).Distinct(), Is.EqualTo(new[] { Installation.Commit }));
        Assert.That(await production.Cloud.RevisionNamesAsync("web"), Has.Length.EqualTo(3), "the placeholder, v1.0.0 and v1.1.0");
        await SubscribersAreToldAsync(production, first, second);
    }

    [Test]
    public async Task A_push_whose_event_is_lost_is_found_by_the_tick_that_scheduler_posts_and_by_the_tick_that_pubsub_brings()
    {
        await using var production = await Production.StartAsync(Policies.Pipeline("shop", "web"));
        production.Forwarder.Loses = true;
        var posted = await PushAsync(production, "v1.0.0", several: false);
        await Eventually.SeesAsync("the event is lost", () => production.Forwarder.Lost, lost => lost == 1);
        using var http = new HttpClient();
        await Eventually.SeesAsync("v1.0.0 is found by posted ticks", async () =>
        {
            using var answer = await http.PostAsync(production.OnTick.Address, null);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), production.OnTick.Log);
            return (await production.Cloud.ServiceAsync("web")).Template.Containers[0].Image;
        }, image => image.EndsWith(posted, StringComparison.Ordinal));
        await ServesAsync(production, "v1.0.0", posted);

        var ticked = await PushAsync(production, "v1.1.0", several: false);
        await Eventually.SeesAsync("the event is lost", () => production.Forwarder.Lost, lost => lost == 2);
        using var channel = GrpcChannel.ForAddress($"http://{production.PubSub.Address}");
        await Eventually.SeesAsync("v1.1.0 is found by published ticks", async () =>
        {
            await new Publisher.PublisherClient(channel).PublishAsync(new PublishRequest
            {
                Topic = Installation.Topic("cd-ticks"),
                Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8("{}") } },
            });
            return (await production.Cloud.ServiceAsync("web")).Template.Containers[0].Image;
        }, image => image.EndsWith(ticked, StringComparison.Ordinal));
        await ServesAsync(production, "v1.1.0", ticked);
        Assert.That((await WhyAsync(production)).Of("v1.1.0").Select(line => line.Cause), Has.All.Match("^(tick|paid)/"));
    }

    [Test]
    public async Task Up_takes_googles_pubsub_in_place_of_its_own_where_the_environment_names_it()
    {
        await using var pubsub = await GooglePubSub.StartAsync();
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        await using var up = await Up.ReadyAsync(folder, Up.Begin(folder, ["--simulate"], ("PUBSUB_EMULATOR_HOST", pubsub.Address)));
        Assert.That(up.PubSub, Is.EqualTo(pubsub.Address));

        using var cloud = new CloudRun(up.Run, up.Services);
        var image = OciLayout.OnePlatform(folder.Images, "v1.0.0");
        await Skopeo.PushAsync(image.Reference, up.Registry, $"{Image}:v1.0.0");
        var took = await cloud.ServesAsync("web", image.Digest);
        await TestContext.Out.WriteLineAsync(
            $"from the end of 'skopeo copy' until the service answers from it, by Google's emulator: {took.TotalMilliseconds:0} ms");
        var why = await up.ToldAsync("shop", "v1.0.0", "rollout.serving");
        Assert.That(why.Of("v1.0.0")[0].Cause, Does.StartWith("gcr/"), "it is the event that brought it, not a tick");
    }

    private static async Task<string> PushAsync(Production production, string tag, bool several)
    {
        var image = several
            ? OciLayout.SeveralPlatforms(production.Folder, tag, "amd64", "arm64")
            : OciLayout.OnePlatform(production.Folder, tag);
        await Skopeo.PushAsync(image.Reference, production.Registry.Address, $"{Image}:{tag}", all: several);
        return image.Digest;
    }

    private static async Task ServesAsync(Production production, string tag, string digest)
    {
        var took = await production.Cloud.ServesAsync("web", digest);
        await TestContext.Out.WriteLineAsync($"{tag}: until the service answers from it: {took.TotalMilliseconds:0} ms");
        await Eventually.SeesAsync(
            $"{tag} is told to serve", () => WhyAsync(production), why => why.Of(tag).Any(line => line.Code == "rollout.serving"));

        var wanted = $"{Policies.Host}/{Image}@{digest}";
        var read = await NodeProgram.ReadServiceAsync(production.Run.Address, "web");
        Assert.That(read.Image, Is.EqualTo(wanted));
        Assert.That(read.Serving, Is.EqualTo(new[] { new ServingRevision(wanted, 100) }));
    }

    /// <summary>Asks the function itself, by its own address.</summary>
    private static async Task<Why> WhyAsync(Production production)
    {
        using var user = new UpFolder();
        string[] question = ["why", "shop", "--json", "--url", production.OnRequest.Address.ToString()];
        var asked = await Cdctl.RunAsync(user, question, Installation.Token);
        return Why.Parse(asked.Succeeded().Output);
    }

    private static async Task SubscribersAreToldAsync(Production production, params string[] digests)
    {
        using var channel = GrpcChannel.ForAddress($"http://{production.PubSub.Address}");
        var subscriber = new Subscriber.SubscriberClient(channel);
        var told = new HashSet<string>();
        await Eventually.SeesAsync<string>("subscribers are told", async () =>
        {
            var pulled = await subscriber.PullAsync(
                new PullRequest { Subscription = Installation.Subscription("deployments"), MaxMessages = 10 });
            foreach (var received in pulled.ReceivedMessages)
            {
                using var deployment = JsonDocument.Parse(received.Message.Data.ToStringUtf8());
                await TestContext.Out.WriteLineAsync(deployment.RootElement.GetRawText());
                var announcement = deployment.RootElement.GetProperty("customData");
                Assert.That(announcement.GetProperty("outcome").GetString(), Is.EqualTo("deployed"));
                told.Add(announcement.GetProperty("image").GetString()!.Split('@')[1]);
            }

            return string.Join(", ", told);
        }, _ => told.SetEquals(digests));
    }
}
