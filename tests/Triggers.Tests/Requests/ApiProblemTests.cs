using System.Net;
using System.Net.Http.Json;
using System.Text;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Requests;

/// <summary>Every way in which a request can be wrong: what, why, and how to mend it.</summary>
public sealed class ApiProblemTests
{
    private const string Root = "/functions/OnRequest";
    private const string Deploy = "/v1/pipelines/shop/deploy";

    [TestCase("GET", "", "", 404, "request.path")]
    [TestCase("GET", "/", "", 404, "request.path")]
    [TestCase("GET", "/v1/status/more", "", 404, "request.path")]
    [TestCase("GET", "/v2/status", "", 404, "request.path")]
    [TestCase("GET", "/v1/pipelines//why", "", 404, "request.path")]
    [TestCase("GET", "/v1/pipelines/other/why", "", 404, "request.pipeline")]
    [TestCase("POST", "/v1/pipelines/other/deploy", "{\"image\":\"v1\"}", 404, "request.pipeline")]
    [TestCase("POST", "/v1/status", "", 405, "request.method")]
    [TestCase("DELETE", "/v1/events", "", 405, "request.method")]
    [TestCase("GET", Deploy, "", 405, "request.method")]
    [TestCase("GET", "/v1/events?limit=0", "", 400, "request.query")]
    [TestCase("GET", "/v1/events?limit=501", "", 400, "request.query")]
    [TestCase("GET", "/v1/events?limit=-1", "", 400, "request.query")]
    [TestCase("GET", "/v1/events?refused=maybe", "", 400, "request.query")]
    [TestCase("GET", "/v1/pipelines/shop/why?image=", "", 400, "request.image")]
    [TestCase("GET", "/v1/pipelines/shop/why?image=%25", "", 400, "request.image")]
    [TestCase("GET", "/v1/pipelines/shop/why?image=a.b/c", "", 400, "request.image")]
    [TestCase("POST", Deploy, "", 400, "request.json")]
    [TestCase("POST", Deploy, "{", 400, "request.json")]
    [TestCase("POST", Deploy, "[]", 400, "request.json")]
    [TestCase("POST", Deploy, "{\"image\":\"a\",\"image\":\"b\"}", 400, "request.json")]
    [TestCase("POST", Deploy, "{}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":null}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":7}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":\"\"}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":\"a b\"}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":\"asia-northeast1-docker.pkg.dev/acme/app/web\"}", 400, "request.image")]
    [TestCase("POST", Deploy, "{\"image\":\"v1\",\"target\":\"production\"}", 400, "request.unknownKey")]
    public async Task It_is_a_problem_with_the_right_status(string method, string path, string body, int status, string code)
    {
        await using var house = await House.OpenAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), Root + path);
        if (method != "GET")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await house.Http.SendAsync(request);
        await IsProblemAsync(answer, status, code);
        Assert.That(await house.EventsAsync(), Is.Empty);
        if (status == 405)
            Assert.That(answer.Content.Headers.Allow, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_order_beyond_all_measure_is_413()
    {
        await using var house = await House.OpenAsync();
        using var content = new StringContent($"{{\"image\":\"{new string('v', 100_000)}\"}}", Encoding.UTF8, "application/json");
        using var answer = await house.Http.PostAsync(Root + Deploy, content);
        await IsProblemAsync(answer, 413, "request.tooLarge");
    }

    [TestCase("GET", "/v1/status")]
    [TestCase("GET", "/v1/events")]
    [TestCase("GET", "/v1/pipelines/shop/why")]
    [TestCase("POST", Deploy)]
    public async Task While_the_journal_is_away_every_answer_is_503_and_tells_when_to_come_again(string method, string path)
    {
        await using var house = await House.OpenAsync();
        house.Trouble.TakeTheJournalAway();
        using var request = new HttpRequestMessage(new HttpMethod(method), Root + path);
        if (method == "POST")
            request.Content = new StringContent("{\"image\":\"v1\"}", Encoding.UTF8, "application/json");
        using var answer = await house.Http.SendAsync(request);
        await IsProblemAsync(answer, 503, "journal.unavailable");
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(5)));
        house.Trouble.Fault = null;
    }

    internal static async Task IsProblemAsync(HttpResponseMessage answer, int status, string code)
    {
        Assert.That(answer.StatusCode, Is.EqualTo((HttpStatusCode)status));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        var problem = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!;
        Assert.That((problem.Status, problem.Code), Is.EqualTo((status, code)), problem.Detail);
        Assert.That(new[] { problem.Title, problem.Detail, problem.Mend }, Has.All.Not.Empty.And.All.Length.LessThan(400));
    }
}
