using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.Datadog.Tests;

/// <summary>What Datadog is told, over a real connection to something that answers as it does.</summary>
public sealed class DoraDeploymentsTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static readonly string Digest = "sha256:" + new string('a', 64);

    private static readonly Deployment Upgraded = new(
        "production/v1.1.0/1/deployed", Change.Upgraded, "shop", "production", "projects/acme/locations/asia-northeast1/services/web", "web",
        $"asia-northeast1-docker.pkg.dev/acme/app/web@{Digest}", "v1.1.0", "v1.1.0",
        new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 23, 10, 1, 30, 500, TimeSpan.Zero))
    {
        Source = new("https://github.com/acme/app", new string('c', 40)),
    };

    [Test]
    public async Task A_deployment_is_posted_as_the_api_wants_it()
    {
        await using var datadog = await Scripted.StartAsync(HttpStatusCode.Accepted);
        using var told = Open(datadog);

        Assert.That(await told.TrackAsync(Upgraded, default), Is.EqualTo(new StepResult.Done(null)));

        var (path, key, body) = datadog.Requests.Single();
        Assert.That((path, key), Is.EqualTo(("POST /api/v2/dora/deployment", Key)));
        var attributes = body["data"]!["attributes"]!.AsObject();
        Assert.That(attributes["id"]!.GetValue<string>(), Does.Match("^[a-zA-Z0-9_.:-]{16,128}$"));
        attributes.Remove("id");
        Assert.That(JsonNode.DeepEquals(body, JsonNode.Parse($$"""
            { "data": { "attributes": {
              "service": "web", "env": "production", "version": "v1.1.0",
              "started_at": 1795428000000000000, "finished_at": 1795428090500000000,
              "git": { "commit_sha": "{{Upgraded.Source!.Commit}}", "repository_url": "https://github.com/acme/app" },
              "custom_tags": [ "pipeline:shop", "target:projects/acme/locations/asia-northeast1/services/web", "change:upgraded", "image_digest:{{Digest}}" ]
            } } }
            """)), body.ToJsonString());
    }

    [TestCase(null)]
    [TestCase("main")]
    [TestCase("c0ffee")]
    public async Task Without_a_commit_by_its_whole_id_there_is_no_git(string? commit)
    {
        await using var datadog = await Scripted.StartAsync(HttpStatusCode.OK);
        using var told = Open(datadog);
        await told.TrackAsync(Upgraded with { Source = commit is null ? null : new("https://github.com/acme/app", commit) }, default);
        Assert.That(datadog.Requests.Single().Body["data"]!["attributes"]!.AsObject().ContainsKey("git"), Is.False);
    }

    [Test]
    public async Task The_id_is_the_same_for_the_same_deployment_and_another_for_any_other()
    {
        await using var datadog = await Scripted.StartAsync(HttpStatusCode.OK);
        using var told = Open(datadog);
        Deployment[] all = [Upgraded, Upgraded, Upgraded with { Id = "other" }, Upgraded with { Pipeline = "other" }, Upgraded with { Target = "other" }];
        foreach (var deployment in all)
            await told.TrackAsync(deployment, default);

        var ids = datadog.Requests.Select(request => request.Body["data"]!["attributes"]!["id"]!.GetValue<string>()).ToArray();
        Assert.That(ids[0], Is.EqualTo(ids[1]));
        Assert.That(ids[1..], Is.Unique);
    }

    [TestCase(HttpStatusCode.TooManyRequests)]
    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    [TestCase(HttpStatusCode.RequestTimeout)]
    public async Task What_may_pass_is_tried_again_and_left_for_later_when_it_does_not(HttpStatusCode status)
    {
        await using (var passing = await Scripted.StartAsync(status, status, HttpStatusCode.OK))
        {
            using var told = Open(passing);
            Assert.That(await told.TrackAsync(Upgraded, default), Is.EqualTo(new StepResult.Done(null)));
            Assert.That(passing.Requests, Has.Count.EqualTo(3));
        }

        await using var lasting = await Scripted.StartAsync(status);
        using var later = Open(lasting);
        var result = (StepResult.Unfinished)await later.TrackAsync(Upgraded, default);
        Assert.That(result.Reason, Is.EqualTo(new Domain.Reason("datadog.unreachable", $"Datadog at datadoghq.eu answers {(int)status}")));
        Assert.That(lasting.Requests, Has.Count.EqualTo(4));
    }

    [TestCase(HttpStatusCode.BadRequest, "datadog.refused", "started_at")]
    [TestCase(HttpStatusCode.Found, "datadog.refused", "302")]
    [TestCase(HttpStatusCode.Unauthorized, "datadog.denied", "API key")]
    [TestCase(HttpStatusCode.Forbidden, "datadog.denied", "API key")]
    public async Task What_is_refused_is_told_once_and_the_key_is_in_no_reason(HttpStatusCode status, string code, string says)
    {
        await using var datadog = await Scripted.StartAsync(status);
        using var told = Open(datadog);

        var refused = (StepResult.Failed)await told.TrackAsync(Upgraded, default);
        Assert.That(refused.Reason.Code, Is.EqualTo(code));
        Assert.That(refused.Reason.Sentence, Does.Contain(says).And.Not.Contains(Key));
        Assert.That(datadog.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Where_nobody_listens_it_is_told_later()
    {
        using var told = new DoraDeployments(Options(new Uri("http://127.0.0.1:1")), TimeProvider.System);
        Assert.That(((StepResult.Unfinished)await told.TrackAsync(Upgraded, default)).Reason.Code, Is.EqualTo("datadog.unreachable"));
    }

    [Test]
    public void The_key_is_not_printed_with_the_options()
    {
        var options = new DatadogOptions("us5.datadoghq.com", Key);
        Assert.That(options.ToString(), Is.EqualTo("Datadog at us5.datadoghq.com"));
        Assert.That(options.Endpoint, Is.EqualTo(new Uri("https://api.us5.datadoghq.com")));
    }

    [TestCase("")]
    [TestCase("two words")]
    [TestCase("line\nbreak")]
    public void What_cannot_be_a_key_is_refused_at_once_and_not_quoted(string key) => Assert.That(
        () => new DoraDeployments(new DatadogOptions("datadoghq.com", key), TimeProvider.System),
        Throws.ArgumentException.With.Message.Not.Contains(key.Length == 0 ? "''" : key));

    [TestCase("datadoghq.com", true)]
    [TestCase("us3.datadoghq.com", true)]
    [TestCase("datadoghq.eu", true)]
    [TestCase("ddog-gov.com", true)]
    [TestCase("datadoghq.com.evil.example", false)]
    [TestCase("evildatadoghq.com", false)]
    [TestCase("evil.example/.datadoghq.com", false)]
    [TestCase("evil.example#.datadoghq.com", false)]
    [TestCase("https://datadoghq.com", false)]
    [TestCase("", false)]
    public void A_key_is_sent_to_sites_of_datadog_alone(string site, bool expected) => Assert.That(DatadogOptions.IsSite(site), Is.EqualTo(expected));

    private static DoraDeployments Open(Scripted datadog) => new(Options(datadog.Address), TimeProvider.System);

    private static DatadogOptions Options(Uri address) => new("datadoghq.eu", Key, address) { FirstPause = TimeSpan.FromMilliseconds(1) };

    /// <summary>Answers with one status after the other, the last one for ever; its errors say back what it was sent.</summary>
    private sealed class Scripted : IAsyncDisposable
    {
        private LocalServer? _server;

        public ConcurrentQueue<(string Path, string? Key, JsonNode Body)> Requests { get; } = new();

        public Uri Address => _server!.Address;

        public static async Task<Scripted> StartAsync(params HttpStatusCode[] statuses)
        {
            var scripted = new Scripted();
            scripted._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context => scripted.AnswerAsync(context, statuses)));
            return scripted;
        }

        public ValueTask DisposeAsync() => _server!.DisposeAsync();

        private async Task AnswerAsync(HttpContext context, HttpStatusCode[] statuses)
        {
            var key = context.Request.Headers["DD-API-KEY"].ToString();
            var body = (await JsonNode.ParseAsync(context.Request.Body))!;
            Requests.Enqueue(($"{context.Request.Method} {context.Request.Path}", key, body));
            context.Response.StatusCode = (int)statuses[Math.Min(Requests.Count, statuses.Length) - 1];
            context.Response.Headers.Location = "/elsewhere";
            await context.Response.WriteAsync($$"""{"errors":["started_at: {{key}}"]}""");
        }
    }
}
