using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CdAutomation.FunctionsFramework.Tests;

/// <summary>What the official framework 3.0.1 was seen to do with a CloudEvent function, asked of the stand-in.</summary>
public sealed class CloudEventFunctionTests
{
    private const string Envelope = """
        {"message":{"data":"eyJhIjoxfQ==","messageId":"42","publishTime":"2026-02-26T19:13:55.749Z"},
         "subscription":"projects/p/subscriptions/s"}
        """;

    private const string Structured = """
        {"specversion":"1.0","type":"t","source":"//s/1","id":"7","time":"2026-02-05T04:06:14.109Z",
         "datacontenttype":"application/json","data":{"a":1}}
        """;

    [Test]
    public async Task A_binary_event_reaches_the_function_with_its_attributes_and_data()
    {
        await using var served = await Served.Of<RememberingFunction>();
        using var answer = await served.Http.SendAsync(Binary("application/json", """{"a":1}"""));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);

        var received = served.Received.Events.Single();
        Assert.That((received.Type, received.Id, received.Source?.ToString()), Is.EqualTo(("t", "7", "//s/1")));
        Assert.That(received.Time, Is.EqualTo(new DateTimeOffset(2026, 2, 5, 4, 6, 14, 109, TimeSpan.Zero)));
        Assert.That(received["extra"], Is.EqualTo("with space"));
        Assert.That(((JsonElement)received.Data!).GetProperty("a").GetInt32(), Is.EqualTo(1));
    }

    [TestCase("application/cloudevents+json")]
    [TestCase("application/cloudevents+json; charset=utf-8")]
    public async Task A_structured_event_reaches_the_function(string contentType)
    {
        await using var served = await Served.Of<RememberingFunction>();
        using var answer = await served.Http.PostAsync("/", Content(contentType, Structured));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        var received = served.Received.Events.Single();
        Assert.That((received.Type, received.Id), Is.EqualTo(("t", "7")));
        Assert.That(((JsonElement)received.Data!).GetProperty("a").GetInt32(), Is.EqualTo(1));
    }

    [TestCase("/projects/p/topics/gcr", "//pubsub.googleapis.com/projects/p/topics/gcr", "gcr")]
    [TestCase("/", "//pubsub.googleapis.com/projects/unknown-project!/topics/unknown-topic!", "unknown-topic!")]
    public async Task A_push_envelope_becomes_the_event_it_stands_for(string path, string source, string topic)
    {
        await using var served = await Served.Of<RememberingFunction>();
        using var answer = await served.Http.PostAsync(path, Content("application/json", Envelope));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var received = served.Received.Events.Single();
        Assert.That((received.Type, received.Id), Is.EqualTo(("google.cloud.pubsub.topic.v1.messagePublished", "42")));
        Assert.That(received.Source?.ToString(), Is.EqualTo(source));
        Assert.That(received["topic"], Is.EqualTo(topic));
        Assert.That(((JsonElement)received.Data!).GetProperty("message").GetProperty("data").GetString(), Is.EqualTo("eyJhIjoxfQ=="));
    }

    [TestCase("application/json; charset=utf-8", Envelope, TestName = "an envelope with a charset, as the official framework does")]
    [TestCase("text/plain", Envelope)]
    [TestCase("application/json", "{")]
    [TestCase("application/json", "[]")]
    [TestCase("application/json", """{"message":{}}""")]
    [TestCase("application/json", """{"message":{"messageId":7},"subscription":"s"}""")]
    [TestCase("application/json", """{"message":{"messageId":"7","publishTime":"yesterday"},"subscription":"s"}""")]
    [TestCase("application/cloudevents+json", """{"specversion":"1.0","type":"t","id":"7"}""")]
    [TestCase("application/cloudevents+json", "no json")]
    [TestCase("nonsense", Structured)]
    public async Task What_is_no_event_is_400_and_empty_and_never_reaches_the_function(string contentType, string body)
    {
        await using var served = await Served.Of<RememberingFunction>();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await served.Http.PostAsync("/", content);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        Assert.That(served.Received.Events, Is.Empty);
    }

    [TestCase("ce-id")]
    [TestCase("ce-type")]
    [TestCase("ce-source")]
    public async Task A_binary_event_without_a_required_attribute_is_400(string missing)
    {
        await using var served = await Served.Of<RememberingFunction>();
        using var request = Binary("application/json", "{}");
        request.Headers.Remove(missing);
        using var answer = await served.Http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(served.Received.Events, Is.Empty);
    }

    [Test]
    public async Task A_function_that_throws_is_500()
    {
        await using var served = await Served.Of<ThrowingEventFunction>();
        using var answer = await served.Http.PostAsync("/", Content("application/cloudevents+json", Structured));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
    }

    private static HttpRequestMessage Binary(string contentType, string body) => new(HttpMethod.Post, "/")
    {
        Content = Content(contentType, body),
        Headers =
        {
            { "ce-specversion", "1.0" }, { "ce-type", "t" }, { "ce-source", "//s/1" }, { "ce-id", "7" },
            { "ce-time", "2026-02-05T04:06:14.109Z" }, { "ce-extra", "with%20space" },
        },
    };

    private static StringContent Content(string contentType, string body) =>
        new(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
}
