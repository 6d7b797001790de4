using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.PubSub;
using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.GoogleCloud.Tests.PubSub;

public sealed class DeploymentsTopicTests
{
    private const string Topic = "projects/acme/topics/deployments";

    private static readonly Announcement Deployed = new(
        "shop/1", "deployed", "shop", "production", "projects/acme/locations/asia-northeast1/services/web",
        "host.example/acme/web@sha256:…", null, "web-00002-new", "c0ffee",
        new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), new Reason("rollout.done", "it serves"));

    [Test]
    [Category("Emulator")]
    public async Task A_subscriber_of_Googles_emulator_gets_the_announcement_and_a_missing_topic_is_a_failure()
    {
        await using var emulator = await PubSubEmulator.StartAsync();
        using var topic = Open(emulator.Address);

        var missing = (StepResult.Failed)await topic.TellAsync(Deployed, CancellationToken.None);
        Assert.That(missing.Reason.Code, Is.EqualTo("pubsub.topicMissing"));

        using var channel = GrpcChannel.ForAddress(emulator.Address);
        await new Publisher.PublisherClient(channel).CreateTopicAsync(new Topic { Name = Topic });
        var subscriber = new Subscriber.SubscriberClient(channel);
        const string subscription = "projects/acme/subscriptions/test";
        await subscriber.CreateSubscriptionAsync(new Subscription { Name = subscription, Topic = Topic, AckDeadlineSeconds = 10 });

        Assert.That(await topic.TellAsync(Deployed, CancellationToken.None), Is.EqualTo(new StepResult.Done(null)));

        var pulled = await subscriber.PullAsync(
            new PullRequest { Subscription = subscription, MaxMessages = 1 }, deadline: DateTime.MaxValue.ToUniversalTime());
        var message = pulled.ReceivedMessages.Single().Message;
        Assert.That(message.Attributes, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["id"] = "shop/1",
            ["pipeline"] = "shop",
            ["stage"] = "production",
            ["outcome"] = "deployed",
            ["target"] = Deployed.Target,
        }));
        using var data = JsonDocument.Parse(message.Data.ToStringUtf8());
        Assert.That(data.RootElement.GetProperty("revision").GetString(), Is.EqualTo("web-00002-new"));
        Assert.That(data.RootElement.GetProperty("reason").GetProperty("code").GetString(), Is.EqualTo("rollout.done"));
        Assert.That(data.RootElement.GetProperty("at").GetDateTimeOffset(), Is.EqualTo(Deployed.At));
        Assert.That(data.RootElement.TryGetProperty("tag", out _), Is.False);
    }

    [Test]
    public async Task A_fault_that_passes_is_tried_again()
    {
        var faults = new Queue<StatusCode>([StatusCode.Unavailable, StatusCode.ResourceExhausted]);
        await using var server = await ServerAsync(faults);
        using var topic = Open(server.Address);

        Assert.That(await topic.TellAsync(Deployed, CancellationToken.None), Is.EqualTo(new StepResult.Done(null)));
        Assert.That(faults, Is.Empty);
    }

    [TestCase(StatusCode.PermissionDenied, "pubsub.denied")]
    [TestCase(StatusCode.InvalidArgument, "pubsub.refused")]
    public async Task What_cannot_succeed_is_a_failure(StatusCode code, string expected)
    {
        await using var server = await ServerAsync(new Queue<StatusCode>([code]));
        using var topic = Open(server.Address);

        Assert.That(((StepResult.Failed)await topic.TellAsync(Deployed, CancellationToken.None)).Reason.Code, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_topic_that_cannot_be_reached_is_told_later()
    {
        using var topic = Open(new Uri("http://127.0.0.1:1"));

        var later = (StepResult.Unfinished)await topic.TellAsync(Deployed, CancellationToken.None);
        Assert.That(later.Reason.Code, Is.EqualTo("pubsub.unreachable"));
    }

    [TestCase("deployments")]
    [TestCase("projects/acme/topics/")]
    [TestCase("projects/acme/subscriptions/x")]
    [TestCase("")]
    public void What_is_no_topic_is_refused_at_once(string name) => Assert.That(
        () => new DeploymentsTopic(new PubSubOptions { Topic = name }, new Tokens(), TimeProvider.System), Throws.ArgumentException);

    [Test]
    public async Task Without_a_topic_telling_nobody_is_done() => Assert.That(
        await new SilentAnnounce().TellAsync(Deployed, CancellationToken.None), Is.EqualTo(new StepResult.Done(null)));

    private static DeploymentsTopic Open(Uri address) => new(
        new PubSubOptions
        {
            Topic = Topic,
            Endpoint = address,
            Limits = new CallLimits { FirstPause = TimeSpan.FromMilliseconds(1), LongestPause = TimeSpan.FromMilliseconds(5) },
        },
        new Tokens(),
        TimeProvider.System);

    private static Task<LocalServer> ServerAsync(Queue<StatusCode> faults) => LocalServer.StartAsync(
        HttpProtocols.Http2, app => app.MapGrpcService<PublisherApi>(), services => services.AddSingleton(faults).AddGrpc());

    private sealed class PublisherApi(Queue<StatusCode> faults) : Publisher.PublisherBase
    {
        public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context) => faults.TryDequeue(out var code)
            ? throw new RpcException(new Status(code, "scripted"))
            : Task.FromResult(new PublishResponse { MessageIds = { "1" } });
    }
}
