using System.Collections.Immutable;
using CdAutomation.Cli.DeadLetters;
using CdAutomation.Cli.Doctor;
using CdAutomation.LocalCloud.PubSub;
using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;

namespace CdAutomation.Cli.Tests;

/// <summary>The subscriptions of infra/modules/automation, as the doctor looks at them on Google Cloud; here a local Pub/Sub has them.</summary>
public sealed class GoogleSubscriptionTests
{
    private const string Address = "https://cd-on-image-pushed-123456789012.asia-northeast1.run.app";
    private const string Name = "projects/acme-cd/subscriptions/gcr-push";
    private const string Topic = "projects/acme-cd/topics/gcr";
    private const string Dead = "projects/acme-cd/topics/cd-dead-letters";
    private const string Again = "terraform apply";

    private LocalPubSub _pubsub = null!;
    private GrpcChannel _channel = null!;

    [SetUp]
    public async Task Start()
    {
        _pubsub = await LocalPubSub.StartAsync(new(), CancellationToken.None);
        _channel = GrpcChannel.ForAddress($"http://{_pubsub.Address}");
        foreach (var topic in new[] { Topic, Dead })
            await new Publisher.PublisherClient(_channel).CreateTopicAsync(new Topic { Name = topic });
    }

    [TearDown]
    public async Task Stop()
    {
        _channel.Dispose();
        await _pubsub.DisposeAsync();
    }

    [Test]
    public async Task As_terraform_makes_it_all_is_well()
    {
        var found = await LookAsync(_ => { });
        Assert.That(found.Single().State, Is.EqualTo(CheckState.Well), found.Single().Sentence);
    }

    [Test]
    public async Task Without_a_token_the_function_would_refuse_every_push()
    {
        var found = (await LookAsync(it => it.PushConfig.OidcToken = null)).Single();
        Assert.That((found.State, found.Mend), Is.EqualTo((CheckState.Broken, Again)));
        Assert.That(found.Sentence, Does.Contain("without an OIDC token"));
    }

    [Test]
    public async Task A_token_for_the_address_with_its_path_is_refused_by_Cloud_Run()
    {
        var found = (await LookAsync(it => it.PushConfig.OidcToken.Audience = $"{Address}/{Topic}")).Single();
        Assert.That(found.State, Is.EqualTo(CheckState.Broken));
        Assert.That(found.Sentence, Does.Contain($"Cloud Run takes {Address} alone"));
    }

    [Test]
    public async Task An_endpoint_without_the_topic_is_mended_by_one_command()
    {
        var found = (await LookAsync(it => it.PushConfig.PushEndpoint = Address)).Single();
        Assert.That(found.Mend, Is.EqualTo(
            $"gcloud pubsub subscriptions update gcr-push --push-endpoint={Address}/{Topic} --push-auth-service-account=cd-invoker@acme-cd.iam.gserviceaccount.com "
            + $"--push-auth-token-audience={Address} --project=acme-cd"));
    }

    [Test]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var found = await LookAsync(it =>
        {
            it.ExpirationPolicy = null;
            it.RetryPolicy = null;
            it.DeadLetterPolicy = null;
        });
        Assert.That(found.Select(it => it.Mend), Is.EqualTo(new[]
        {
            "gcloud pubsub subscriptions update gcr-push --expiration-period=never --project=acme-cd",
            "gcloud pubsub subscriptions update gcr-push --min-retry-delay=10s --max-retry-delay=600s --project=acme-cd",
            $"gcloud pubsub subscriptions update gcr-push --dead-letter-topic={Dead} --max-delivery-attempts=20 --project=acme-cd",
        }));
    }

    [Test]
    public async Task Where_the_function_is_not_known_the_endpoint_is_not_said_to_be_right()
    {
        var found = await LookAsync(_ => { }, []);
        Assert.That(found.Single().State, Is.EqualTo(CheckState.Unknown), found.Single().Sentence);
    }

    private Task<ImmutableArray<CheckResult>> LookAsync(Action<Subscription> change) => LookAsync(change, [Address]);

    private async Task<ImmutableArray<CheckResult>> LookAsync(Action<Subscription> change, ImmutableArray<string> addresses)
    {
        var subscription = new Subscription
        {
            Name = Name,
            Topic = Topic,
            PushConfig = new()
            {
                PushEndpoint = $"{Address}/{Topic}",
                OidcToken = new() { ServiceAccountEmail = "cd-invoker@acme-cd.iam.gserviceaccount.com", Audience = Address },
            },
            RetryPolicy = new() { MinimumBackoff = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)) },
            DeadLetterPolicy = new() { DeadLetterTopic = Dead, MaxDeliveryAttempts = 20 },
            ExpirationPolicy = new(),
        };
        change(subscription);
        await new Subscriber.SubscriberClient(_channel).CreateSubscriptionAsync(subscription);
        var place = DoctorPlace.OnGoogleCloud("acme-cd", "asia-northeast1", null, Again);
        using var pubsub = new PubSubPlace(new Uri($"http://{_pubsub.Address}"), place.DeadLetters, null);
        var checks = new SubscriptionChecks(pubsub, place, (_, _) => Task.FromResult(addresses));
        return await checks.All.Single(it => it.Name == "subscription gcr-push").LookAsync(CancellationToken.None);
    }
}
