using System.Net;
using System.Text;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>Every shape in which Google, or somebody in its place, posts a message.</summary>
public sealed class EnvelopeShapeTests
{
    private const string Path = "/functions/OnImagePushed";
    private static readonly string Data = Messages.Fixture("registry-insert-tag.json");
    private static readonly string Body = Messages.Envelope(Data);

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return Shape("a push", () => Messages.Post(Path, Body));
        yield return Shape(
            "a push with a charset, which the official framework refuses",
            () => Messages.Post(Path, Body, "application/json; charset=utf-8"));
        yield return Shape("a push without a content type", () => Messages.Post(Path, Body, null));
        yield return Shape("a push as text", () => Messages.Post(Path, Body, "text/plain"));
        yield return Shape("a push whose address names the topic", () => Messages.Post($"{Path}/projects/acme/topics/gcr", Body));
        yield return Shape(
            "a push whose address names a project of a domain", () => Messages.Post($"{Path}/projects/acme.com:shop/topics/gcr", Body));
        yield return Shape(
            "a push whose subscription hints at the topic",
            () => Messages.Post(Path, Messages.Envelope(Data, subscription: "projects/p/subscriptions/gcr-push")));
        yield return Shape("a binary CloudEvent", () => Messages.Binary(Path, "gcr", Body));
        yield return Shape("a structured CloudEvent", () => Messages.PostStructured(Path, $"\"data\":{Body}"));
        yield return Shape(
            "a structured CloudEvent with a charset", () => Messages.PostStructured(Path, $"\"data\":{Body}", "; charset=utf-8"));
        yield return Shape(
            "a structured CloudEvent in base64",
            () => Messages.PostStructured(Path, $"\"data_base64\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(Body))}\""));
        yield return Shape("snake case only", () => Messages.Post(Path, Without(Body, "messageId", "publishTime")));
        yield return Shape("an id only on the CloudEvent", () => Messages.Binary(Path, "gcr", Without(Body, "messageId", "message_id")));
    }

    [TestCaseSource(nameof(Shapes))]
    public async Task It_is_journalled_under_the_same_key_with_what_it_means(Func<HttpRequestMessage> request)
    {
        await using var house = await House.OpenAsync();
        using var answer = await house.Http.SendAsync(request());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));

        var kept = (await house.EventsAsync()).Single();
        Assert.That(kept.Key, Is.EqualTo(Messages.Key("gcr", "2070443601311540", Data)));
        Assert.That((kept.Topic, kept.MessageId, kept.Size), Is.EqualTo(("gcr", "2070443601311540", (long)Data.Length)));
        Assert.That(kept.PublishedAt, Is.EqualTo(DateTimeOffset.Parse(Messages.PublishTime)));
        Assert.That(kept.Signal, Is.InstanceOf<Signal.ImagePushed>());
        Assert.That((kept.Refusal, kept.Settled), Is.EqualTo(((Domain.Reason?)null, true)));
    }

    [Test]
    public async Task The_same_message_in_two_shapes_is_one_event_and_one_decision()
    {
        await using var house = await House.OpenAsync();
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        foreach (var request in new[] { Messages.Post(Path, Body), Messages.Binary(Path, "gcr", Body), Messages.Post(Path, Body) })
            (await house.Http.SendAsync(request)).EnsureSuccessStatusCode();

        Assert.That((await house.EventsAsync()).Single().Times, Is.EqualTo(3));
        var decisions = await house.Journal.RecordsAsync(new("shop", "v1.2.3", 100), default);
        Assert.That(decisions.Count(record => record.Outcome == Domain.Decisions.Outcome.Deploying), Is.EqualTo(1));
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestA}" }));
    }

    [Test]
    public async Task Without_any_id_the_content_is_the_key()
    {
        await using var house = await House.OpenAsync();
        var body = Without(Body, "messageId", "message_id");
        (await house.Http.SendAsync(Messages.Post(Path, body))).EnsureSuccessStatusCode();
        (await house.Http.SendAsync(Messages.Post(Path, body))).EnsureSuccessStatusCode();

        var kept = (await house.EventsAsync()).Single();
        var hash = Messages.Key("", "", Data)[2..];
        Assert.That((kept.Key, kept.MessageId, kept.Times), Is.EqualTo(($"gcr/sha256-{hash}/{hash}", $"sha256-{hash}", 2)));
        Assert.That(kept.Refusal, Is.Null);
    }

    [TestCase("2199-01-01T00:00:00Z", TestName = "from the future")]
    [TestCase("0001-01-01T00:00:00Z", TestName = "from before all computers")]
    [TestCase("yesterday", TestName = "in words")]
    [TestCase("", TestName = "missing")]
    public async Task A_publish_time_that_cannot_be_is_the_time_of_arrival(string time)
    {
        await using var house = await House.OpenAsync();
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        (await house.Http.SendAsync(Messages.Post(Path, Body.Replace(Messages.PublishTime, time)))).EnsureSuccessStatusCode();
        var kept = (await house.EventsAsync()).Single();
        Assert.That(kept.PublishedAt, Is.EqualTo(kept.ReceivedAt).And.GreaterThan(before));
        Assert.That(kept.Refusal, Is.Null);
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task Another_method_than_POST_is_no_message(string method)
    {
        await using var house = await House.OpenAsync();
        foreach (var function in new[] { "OnImagePushed", "OnBuildFinished", "OnTick" })
        {
            using var answer = await house.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/functions/{function}"));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            Assert.That(answer.Content.Headers.Allow, Is.EqualTo(new[] { "POST" }));
        }

        Assert.That(await house.EventsAsync(), Is.Empty);
    }

    private static string Without(string body, params string[] fields) =>
        fields.Aggregate(body, (text, field) => text.Replace($"\"{field}\"", $"\"un-{field}\"", StringComparison.Ordinal));

    private static TestCaseData Shape(string name, Func<HttpRequestMessage> request) => new TestCaseData(request).SetArgDisplayNames(name);
}
