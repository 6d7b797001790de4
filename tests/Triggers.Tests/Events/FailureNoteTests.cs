using System.Net;
using System.Net.Http.Json;
using System.Text;
using CdAutomation.Delivery;
using CdAutomation.Triggers.Events;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>Why a message was not acknowledged can be read afterwards, by what the message says.</summary>
public sealed class FailureNoteTests
{
    private static readonly string Data = Messages.Pushed("v1.2.3", Messages.DigestA);

    private static string Content => MessageContent.Fingerprint(Encoding.UTF8.GetBytes(Data));

    [Test]
    public async Task What_failed_while_the_journal_was_away_is_kept_with_the_next_message_that_is_taken()
    {
        await using var house = await House.OpenAsync();
        house.Trouble.TakeTheJournalAway();
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.That((await house.Http.SendAsync(Messages.Image(Data))).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        house.Trouble.Fault = null;
        Assert.That(await FailuresAsync(house), Is.Empty);

        await house.SendAsync(Messages.Post("/functions/OnImagePushed", "garbage"));
        var failure = (await FailuresAsync(house)).Single();
        Assert.That((failure.Reason.Code, failure.Times, failure.Topic), Is.EqualTo(("journal.unavailable", 3, "gcr")));
    }

    [Test]
    public async Task A_fault_that_nobody_foresaw_is_kept_at_once_and_tells_no_more_than_its_kind()
    {
        await using var house = await House.OpenAsync();
        house.Trouble.Fault = new TimeoutException("a secret of the store");
        Assert.That((await house.Http.SendAsync(Messages.Image(Data))).StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        house.Trouble.Fault = null;

        var failure = (await FailuresAsync(house)).Single();
        Assert.That(failure.Reason.Code, Is.EqualTo("delivery.fault"));
        Assert.That(failure.Reason.Sentence, Does.Contain("TimeoutException").And.Not.Contain("secret"));
    }

    [Test]
    public async Task What_is_taken_leaves_no_failure()
    {
        await using var house = await House.OpenAsync();
        await house.SendAsync(Messages.Image(Data));
        Assert.That(await FailuresAsync(house), Is.Empty);
    }

    [Test]
    public async Task What_is_remembered_has_a_bound()
    {
        await using var house = await House.OpenAsync();
        house.Trouble.TakeTheJournalAway();
        for (var number = 0; number < 1_005; number++)
            using (await house.Http.SendAsync(Messages.Post("/functions/OnImagePushed", $"garbage {number}")))
            {
            }

        house.Trouble.Fault = null;
        await house.SendAsync(Messages.Image(Data));
        var last = MessageContent.Fingerprint(Encoding.UTF8.GetBytes("garbage 1004"));
        var first = MessageContent.Fingerprint(Encoding.UTF8.GetBytes("garbage 0"));
        Assert.That((await FailuresAsync(house, first, last)).Select(failure => failure.Content), Is.EqualTo(new[] { first }));
    }

    [TestCase("")]
    [TestCase("?content=")]
    [TestCase("?content=0123456789ABCDEF")]
    [TestCase("?content=0123456789abcde%25")]
    [TestCase("?content=0123456789abcdef0")]
    public async Task A_question_for_what_is_no_content_is_refused(string query)
    {
        await using var house = await House.OpenAsync();
        Assert.That((await house.Http.GetAsync($"/functions/OnRequest/v1/failures{query}")).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task More_contents_than_the_most_are_refused_and_the_most_are_not()
    {
        await using var house = await House.OpenAsync();
        string Question(int count) => $"/functions/OnRequest/v1/failures?{string.Join('&', Enumerable.Repeat($"content={Content}", count))}";
        Assert.That((await house.Http.GetAsync(Question(DeadLetterRequests.ContentsMax))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await house.Http.GetAsync(Question(DeadLetterRequests.ContentsMax + 1))).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static Task<IReadOnlyList<Failure>> FailuresAsync(House house) => FailuresAsync(house, Content);

    private static async Task<IReadOnlyList<Failure>> FailuresAsync(House house, params string[] contents)
    {
        var query = string.Join('&', contents.Select(content => $"content={content}"));
        var report = await house.Http.GetFromJsonAsync($"/functions/OnRequest/v1/failures?{query}", ApiJson.Default.FailuresReport);
        return report!.Failures;
    }
}
