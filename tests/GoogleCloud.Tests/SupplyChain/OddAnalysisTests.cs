using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.SupplyChain;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>An Artifact Analysis that gives no answer, or none that can be used.</summary>
public sealed class OddAnalysisTests
{
    private static readonly Gate Provenance = new Gate.Provenance("cloud-build", null);

    [TestCase(400, "analysis.odd", 1)]
    [TestCase(401, "analysis.unauthorized", 1)]
    [TestCase(403, "analysis.denied", 1)]
    [TestCase(404, "analysis.odd", 1)]
    [TestCase(302, "analysis.odd", 1)]
    [TestCase(429, "analysis.throttled", 4)]
    [TestCase(500, "analysis.unreachable", 4)]
    [TestCase(503, "analysis.unreachable", 4)]
    public async Task What_is_no_answer_is_unknown_and_asked_again_only_where_that_may_help(int status, string code, int times)
    {
        await using var analysis = await Occurrences.StartAsync(context => AnswerAsync(context, status, "no"));

        Assert.That((await analysis.AskAsync(Provenance)).Shown(), Does.StartWith($"Unknown {code}: ").And.Not.Contains("ya29"));
        Assert.That(analysis.Asked, Has.Count.EqualTo(times));
    }

    [Test]
    public async Task Whoever_asks_for_much_time_is_given_it_by_asking_later()
    {
        await using var analysis = await Occurrences.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return AnswerAsync(context, 429, "");
        });

        Assert.That((await analysis.AskAsync(Provenance)).RetryAfter, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(analysis.Asked, Has.Count.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("7")]
    [TestCase("<html>")]
    [TestCase("""{"occurrences":{}}""")]
    [TestCase("""{"occurrences":[7]}""")]
    [TestCase("""{"occurrences":[null]}""")]
    [TestCase("""{"occurrences":[{}]}""")]
    [TestCase("""{"occurrences":[{"kind":"BUILD"}]}""")]
    [TestCase("""{"occurrences":[{"kind":7,"resourceUri":"x"}]}""")]
    [TestCase("""{"occurrences":[],"nextPageToken":7}""")]
    [TestCase("""{"occurrences":[{"kind":"BUILD","resourceUri":"\ud800"}]}""")]
    [TestCase("""{"occurrences":[{"kind":"BUILD","resourceUri":"x"}""")]
    public async Task What_cannot_be_read_is_unknown(string body)
    {
        await using var analysis = await Occurrences.StartAsync(context => AnswerAsync(context, 200, body));

        Assert.That((await analysis.AskAsync(Provenance)).Shown(), Does.StartWith("Unknown analysis.odd: "));
    }

    [Test]
    public async Task Pages_that_go_round_or_never_end_are_no_answer()
    {
        await using var round = await Occurrences.StartAsync(context => AnswerAsync(context, 200, """{"nextPageToken":"same"}"""));
        var count = 0;
        await using var endless = await Occurrences.StartAsync(context => AnswerAsync(context, 200, $$"""{"nextPageToken":"{{count++}}"}"""));

        Assert.That((await round.AskAsync(Provenance)).Shown(), Does.StartWith("Unknown analysis.paging"));
        Assert.That((await endless.AskAsync(Provenance, change: it => it with { PagesMax = 5 })).Shown(), Does.StartWith("Unknown analysis.paging"));
        Assert.That(endless.Asked, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_page_without_end_is_not_read_to_its_end()
    {
        await using var analysis = await Occurrences.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[10_000]);
        });

        Assert.That((await analysis.AskAsync(Provenance, change: it => it with { BodyMax = 100_000 })).Shown(), Does.StartWith("Unknown analysis.tooLarge"));
    }

    [Test]
    public async Task An_API_that_never_answers_is_unreachable()
    {
        var never = new TaskCompletionSource();
        await using var analysis = await Occurrences.StartAsync(context => never.Task.WaitAsync(context.RequestAborted));

        var answer = await analysis.AskAsync(Provenance, change: it => it with { Attempt = TimeSpan.FromMilliseconds(50), RetriesMax = 1 });

        Assert.That(answer.Shown(), Does.StartWith("Unknown analysis.unreachable"));
    }

    [Test]
    public async Task Without_a_token_nothing_is_asked()
    {
        await using var analysis = await Occurrences.OfAsync();

        Assert.That((await analysis.AskAsync(Provenance, new Tokens(null))).Shown(), Does.StartWith("Unknown analysis.unauthorized"));
        Assert.That(analysis.Asked, Is.Empty);
    }

    [TestCase("http://analysis.example.com")]
    [TestCase("ftp://127.0.0.1")]
    public void A_token_is_sent_nowhere_that_others_could_read_it(string endpoint) => Assert.That(
        () => new ArtifactAnalysis(new ArtifactAnalysisOptions { Endpoint = new Uri(endpoint) }, new Tokens(), TimeProvider.System),
        Throws.ArgumentException);

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }
}
