using System.Net;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>What is our own fault is never acknowledged.</summary>
public sealed class FaultTests
{
    private static IEnumerable<TestCaseData> Requests()
    {
        yield return Named("an image", () => Messages.Image(Messages.Pushed("v1.2.3", Messages.DigestA)));
        yield return Named("garbage, which wants its place in the journal too", () => Messages.Post("/functions/OnImagePushed", "garbage"));
        yield return Named("a build", () => Messages.Build(Messages.Fixture("build-success.json")));
        yield return Named("a tick", () => Messages.Post("/functions/OnTick", ""));

        static TestCaseData Named(string name, Func<HttpRequestMessage> request) => new TestCaseData(request).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Requests))]
    public async Task While_the_journal_is_away_the_sender_is_told_to_try_again(Func<HttpRequestMessage> request)
    {
        await using var house = await House.OpenAsync();
        house.Trouble.TakeTheJournalAway();
        using (var answer = await house.Http.SendAsync(request()))
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        }

        Assert.That(house.Log.Lines, Has.Some.StartsWith("Error The journal cannot be reached"));
        house.Trouble.Fault = null;
        Assert.That(await house.EventsAsync(), Is.Empty);
        using var again = await house.Http.SendAsync(request());
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [TestCaseSource(nameof(Requests))]
    public async Task A_fault_that_nobody_foresaw_is_500_and_tells_nothing(Func<HttpRequestMessage> request)
    {
        await using var house = await House.OpenAsync();
        house.Trouble.Fault = new TimeoutException("not foreseen");
        using var answer = await house.Http.SendAsync(request());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("foreseen"));
        Assert.That(house.Log.Lines, Has.Some.Contains("not foreseen"));
    }
}
