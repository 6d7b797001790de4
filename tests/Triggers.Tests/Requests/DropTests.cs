using System.Net;
using System.Net.Http.Json;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Requests;

/// <summary>Whoever drops a dead letter says why, and it stands in the journal.</summary>
public sealed class DropTests
{
    private const string Path = "/functions/OnRequest/v1/dead-letters/4711/drop";

    private static readonly DropOrder Order = new("gcr", "0123456789abcdef", DateTimeOffset.UnixEpoch.AddDays(1), 12, "a test of ours");

    [Test]
    public async Task A_drop_is_journalled_once_with_who_and_why()
    {
        await using var house = await House.OpenAsync();
        for (var time = 0; time < 2; time++)
            Assert.That((await SendAsync(house, Path, Order)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var journalled = (await house.EventsAsync()).Single();
        Assert.That((journalled.Topic, journalled.MessageId, journalled.Settled, journalled.Times), Is.EqualTo(("gcr", "4711", true, 2)));
        Assert.That(journalled.Refusal!.Code, Is.EqualTo("deadLetter.dropped"));
        Assert.That(journalled.Refusal.Sentence, Does.Contain("tester").And.Contain("a test of ours"));
    }

    [Test]
    public async Task A_drop_that_is_not_understood_is_refused_and_not_journalled()
    {
        await using var house = await House.OpenAsync();
        DropOrder[] wrong =
        [
            Order with { Reason = " " },
            Order with { Reason = new string('x', OrderIntake.ReasonMax + 1) },
            Order with { Reason = "two\nlines" },
            Order with { Content = "no fingerprint" },
            Order with { Topic = "projects/p/topics/gcr" },
            Order with { Topic = null! },
            Order with { Reason = null! },
        ];
        foreach (var order in wrong)
            Assert.That((await SendAsync(house, Path, order)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), order.ToString());
        foreach (var body in new[] { "", "null", "[]", "{", "\"x\"" })
            Assert.That((await house.Http.PostAsync(Path, new StringContent(body))).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), body);
        Assert.That(
            (await SendAsync(house, "/functions/OnRequest/v1/dead-letters/%0a/drop", Order)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await house.EventsAsync(), Is.Empty);
    }

    private static Task<HttpResponseMessage> SendAsync(House house, string path, DropOrder order) =>
        house.Http.PostAsJsonAsync(path, order, ApiJson.Default.DropOrder);
}
