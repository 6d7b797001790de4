using System.Net;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>Time, as Cloud Scheduler lets it in: through Pub/Sub or by an empty POST.</summary>
public sealed class TickTests
{
    private const string Path = "/functions/OnTick";

    private static IEnumerable<TestCaseData> Ticks()
    {
        yield return Named("an empty POST", () => new HttpRequestMessage(HttpMethod.Post, Path));
        yield return Named("an empty POST with a length", () => Messages.Post(Path, ""));
        yield return Named("a message", () => Messages.Post(Path, Messages.Envelope("tick")));
        yield return Named("a message without data", () => Messages.Post(Path, """{"message":{"messageId":"1","attributes":{"a":"b"}}}"""));
        yield return Named("a CloudEvent", () => Messages.Binary(Path, "cd-ticks", Messages.Envelope("tick")));
        yield return Named(
            "a message whose address names the topic",
            () => Messages.Post($"{Path}/projects/acme/topics/cd-ticks", Messages.Envelope("{}")));
    }

    [TestCaseSource(nameof(Ticks))]
    public async Task It_decides_what_is_due_and_is_not_journalled(Func<HttpRequestMessage> request)
    {
        await using var house = await House.OpenAsync();
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        using var answer = await house.Http.SendAsync(request());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await house.Journal.LoadAsync("shop", default)).Version, Is.GreaterThan(0));
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestA}" }), "the push whose event never came");
        Assert.That(await house.EventsAsync(), Is.Empty);
    }

    [TestCase("garbage", "message.json")]
    [TestCase("{}", "message.missing")]
    public async Task What_is_no_tick_is_journalled_and_ticks_nothing(string body, string code)
    {
        await using var house = await House.OpenAsync();
        (await house.Http.SendAsync(Messages.Post(Path, body))).EnsureSuccessStatusCode();
        Assert.That((await house.EventsAsync()).Single().Refusal?.Code, Is.EqualTo(code));
        Assert.That((await house.Journal.LoadAsync("shop", default)).Version, Is.Zero);
    }

    [Test]
    public async Task A_message_of_another_topic_ticks_nothing()
    {
        await using var house = await House.OpenAsync();
        (await house.Http.SendAsync(Messages.Binary(Path, "gcr", Messages.Envelope("{}")))).EnsureSuccessStatusCode();
        var kept = (await house.EventsAsync()).Single();
        Assert.That((kept.Topic, kept.Refusal?.Code), Is.EqualTo(("gcr", "message.wrongTopic")));
        Assert.That((await house.Journal.LoadAsync("shop", default)).Version, Is.Zero);
    }

    private static TestCaseData Named(string name, Func<HttpRequestMessage> request) => new TestCaseData(request).SetArgDisplayNames(name);
}
