using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.PubSub;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Json.Schema;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.GoogleCloud.Tests.PubSub;

/// <summary>Deployments as CDEvents, held to a schema of what release 0.5.1 of CDEvents says of them.</summary>
public sealed class CdEventTests
{
    private static readonly string[] Plain = ["id", "pipeline", "stage", "outcome", "target"];

    private static readonly JsonSchema Schema = JsonSchema.FromText(
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "PubSub", "cdevents-service.schema.json")));

    private static IEnumerable<TestCaseData> Announced() => Announcements.All()
        .Select(told => new TestCaseData(told).SetArgDisplayNames(told.Id));

    [Test]
    public void Everything_that_can_be_announced_is_among_what_is_tested()
    {
        var all = Announcements.All();
        Assert.That(all.Select(told => told.Outcome).Distinct(), Is.EquivalentTo(new[] { "deployed", "failed", "rolledBack", "breakGlass" }));
        Assert.That(all.Select(told => told.Deployment?.Change).OfType<Change>().Distinct(), Is.EquivalentTo(Enum.GetValues<Change>()));
        Assert.That(all.Where(told => told.Deployment is null).Select(told => told.Outcome), Does.Contain("failed").And.Contain("breakGlass"));
    }

    [TestCaseSource(nameof(Announced))]
    public async Task A_deployment_is_an_event_by_the_schema_and_another_outcome_is_the_announcement_alone(object told)
    {
        var announcement = (Announcement)told;
        var message = await PublishedAsync(announcement);
        var data = JsonNode.Parse(message.Data.ToStringUtf8())!;
        Assert.That(Plain.Select(name => message.Attributes[name]), Is.EqualTo(new[]
        {
            announcement.Id, announcement.Pipeline, announcement.Stage, announcement.Outcome, announcement.Target,
        }));

        if (announcement.Deployment is not { } deployment)
        {
            Assert.That(message.Attributes.Keys, Is.EquivalentTo(Plain));
            Assert.That(data["outcome"]!.GetValue<string>(), Is.EqualTo(announcement.Outcome));
            return;
        }

        var type = $"dev.cdevents.service.{deployment.Change.ToString().ToLowerInvariant()}.0.3.0";
        Assert.That(Problems(data), Is.Empty);
        Assert.That(data["context"]!["type"]!.GetValue<string>(), Is.EqualTo(type));
        Assert.That(data["context"]!["specversion"]!.GetValue<string>(), Is.EqualTo("0.5.1"));
        Assert.That(data["subject"]!["id"]!.GetValue<string>(), Is.EqualTo(announcement.Target));
        Assert.That(data["subject"]!["content"]!["environment"]!["id"]!.GetValue<string>(), Is.EqualTo("production"));
        Assert.That(data["customData"]!["outcome"]!.GetValue<string>(), Is.EqualTo(announcement.Outcome));
        Assert.That(data["customData"]!["reason"]!["sentence"]!.GetValue<string>(), Is.EqualTo(announcement.Reason.Sentence));
        Assert.That(await ReceivedAsync(message), Is.EqualTo(
            (announcement.Id, type, announcement.Target, announcement.At, "/projects/acme/cdautomation/pipelines/shop", CdEvent.MediaType)));
    }

    [Test]
    public async Task What_is_told_twice_is_the_same_event()
    {
        var announcement = Announcements.All().First(told => told.Deployment is not null);
        var (first, again) = (await PublishedAsync(announcement), await PublishedAsync(announcement));
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public async Task The_artifact_is_what_runs_now_by_the_digest_with_where_it_is_kept()
    {
        var announcement = Announcements.All().First(told => told is { Outcome: "rolledBack", Deployment: not null });
        var data = JsonNode.Parse((await PublishedAsync(announcement)).Data.ToStringUtf8())!;

        var digest = announcement.Deployment!.Image.Split(':')[^1];
        Assert.That(announcement.Image, Does.Not.Contain(digest), "what was rolled back is another");
        Assert.That(data["subject"]!["content"]!["artifactId"]!.GetValue<string>(), Is.EqualTo(
            $"pkg:oci/web@sha256%3A{digest}?repository_url=asia-northeast1-docker.pkg.dev/acme/app/web&tag=v1.0.0"));
    }

    [TestCase("artifactId")]
    [TestCase("environment")]
    public async Task The_schema_finds_what_is_missing(string member)
    {
        var announcement = Announcements.All().First(told => told.Deployment?.Change == Change.Upgraded);
        var data = JsonNode.Parse((await PublishedAsync(announcement)).Data.ToStringUtf8())!;
        data["subject"]!["content"]!.AsObject().Remove(member);
        Assert.That(Problems(data), Is.Not.Empty);
    }

    [TestCase("type", "dev.cdevents.service.published.0.3.0")]
    [TestCase("timestamp", "today")]
    [TestCase("links", "https://example.com")]
    public async Task The_schema_finds_another_type_a_time_that_is_none_and_a_field_too_many(string member, string value)
    {
        var announcement = Announcements.All().First(told => told.Deployment?.Change == Change.Upgraded);
        var data = JsonNode.Parse((await PublishedAsync(announcement)).Data.ToStringUtf8())!;
        data["context"]![member] = value;
        Assert.That(Problems(data), Is.Not.Empty);
    }

    /// <summary>As Pub/Sub brings it to an HTTP receiver when it unwraps it and writes its attributes as headers, read by the official SDK.</summary>
    private static async Task<(string? Id, string? Type, string? Subject, DateTimeOffset? Time, string? Source, string? ContentType)> ReceivedAsync(PubsubMessage message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://receiver.example") { Content = new ByteArrayContent(message.Data.ToByteArray()) };
        foreach (var (name, value) in message.Attributes)
        {
            if (name == "content-type")
                request.Content.Headers.ContentType = new(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        }

        var read = await request.ToCloudEventAsync(new JsonEventFormatter());
        // Of a media type of somebody else's the SDK leaves the bytes as they are.
        using var data = JsonDocument.Parse((byte[])read.Data!);
        Assert.That(data.RootElement.GetProperty("context").GetProperty("id").GetString(), Is.EqualTo(read.Id));
        return (read.Id, read.Type, read.Subject, read.Time, read.Source?.ToString(), read.DataContentType);
    }

    private static async Task<PubsubMessage> PublishedAsync(Announcement announcement)
    {
        var published = new ConcurrentQueue<PubsubMessage>();
        await using var server = await LocalServer.StartAsync(
            HttpProtocols.Http2, app => app.MapGrpcService<PublisherApi>(), services => services.AddSingleton(published).AddGrpc());
        using var topic = new DeploymentsTopic(
            new() { Topic = "projects/acme/topics/deployments", Endpoint = server.Address }, new Tokens(), TimeProvider.System);
        Assert.That(await topic.TellAsync(announcement, CancellationToken.None), Is.EqualTo(new StepResult.Done(null)));
        return published.Single();
    }

    private static string[] Problems(JsonNode data)
    {
        var found = Schema.Evaluate(
            JsonSerializer.SerializeToElement(data), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return found.IsValid ? [] : [.. (found.Details ?? []).SelectMany(each => each.Errors ?? []).Select(error => error.Value), "not valid"];
    }

    private sealed class PublisherApi(ConcurrentQueue<PubsubMessage> published) : Publisher.PublisherBase
    {
        public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context)
        {
            foreach (var message in request.Messages)
                published.Enqueue(message);
            return Task.FromResult(new PublishResponse { MessageIds = { "1" } });
        }
    }
}
