using System.Text.Json;
using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Tests.SupplyChain;
using CdAutomation.GoogleCloud.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.GoogleCloud.Tests.Webhooks;

public sealed class WebhookTests
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_question_says_what_is_asked_about_and_bears_no_token_of_ours()
    {
        var (body, type, authorization) = ("", "", "");
        await using var server = await StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            (body, type) = (await reader.ReadToEndAsync(), context.Request.Method + " " + context.Request.ContentType);
            authorization = context.Request.Headers.Authorization.ToString();
            await context.Response.WriteAsync("""{"verdict":"pass","reason":"looks good"}""");
        });
        var google = new Tokens();

        var answer = await AskAsync(server, google: google);

        Assert.That(answer, Is.EqualTo(new Answer(Finding.Pass, new("webhook.pass", $"{server.Address.Authority} says pass: 'looks good'"))));
        Assert.That((type, authorization, google.Asked), Is.EqualTo(("POST application/json", "", 0)));
        Assert.That(body, Is.EqualTo(
            "{\"apiVersion\":\"cdautomation/v1\",\"pipeline\":\"shop\",\"stage\":\"production\","
            + $"\"image\":{{\"repository\":\"{Occurrences.Image.Repository}\",\"digest\":\"{Occurrences.Digest}\",\"tag\":\"v1.0.0\"}},"
            + $"\"commit\":\"{new string('c', 40)}\"}}"));
    }

    [TestCase("""{"verdict":"hold","reason":"ask me later","retryAfter":"10m"}""", Finding.Hold, "webhook.hold", 600)]
    [TestCase("""{"verdict":"hold","retryAfter":"1h30m"}""", Finding.Hold, "webhook.hold", 5400)]
    [TestCase("""{"verdict":"hold","retryAfter":"PT15M"}""", Finding.Hold, "webhook.hold", 900)]
    [TestCase("""{"verdict":"hold","retryAfter":"999999h"}""", Finding.Hold, "webhook.hold", 86400)]
    [TestCase("""{"verdict":"reject","reason":null,"more":{"a":1}}""", Finding.Reject, "webhook.reject", null)]
    [TestCase("""{"verdict":"pass"}""", Finding.Pass, "webhook.pass", null)]
    public async Task The_verdict_is_taken_as_it_comes(string body, Finding finding, string code, int? seconds)
    {
        await using var server = await StartAsync(context => context.Response.WriteAsync(body));

        var answer = await AskAsync(server);

        Assert.That((answer.Finding, answer.Reason.Code, answer.RetryAfter?.TotalSeconds), Is.EqualTo((finding, code, (double?)seconds)));
    }

    [TestCase("")]
    [TestCase("OK")]
    [TestCase("null")]
    [TestCase("\"pass\"")]
    [TestCase("[{\"verdict\":\"pass\"}]")]
    [TestCase("{}")]
    [TestCase("""{"verdict":"PASS"}""")]
    [TestCase("""{"verdict":"yes"}""")]
    [TestCase("""{"verdict":true}""")]
    [TestCase("""{"verdict":null}""")]
    [TestCase("""{"verdict":"reject","verdict":"pass"}""")]
    [TestCase("""{"verdict":"pass","reason":7}""")]
    [TestCase("""{"verdict":"pass","retryAfter":"soon"}""")]
    [TestCase("""{"verdict":"pass","retryAfter":"0s"}""")]
    [TestCase("""{"verdict":"pass","retryAfter":""}""")]
    [TestCase("""{"verdict":"pass","reason":"\ud800"}""")]
    [TestCase("""{"verdict":"pass"} trailing""")]
    public async Task Whatever_else_comes_with_200_is_unknown(string body)
    {
        await using var server = await StartAsync(context => context.Response.WriteAsync(body));

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.odd: "));
    }

    [TestCase(201, 1)]
    [TestCase(204, 1)]
    [TestCase(400, 1)]
    [TestCase(401, 1)]
    [TestCase(500, 1)]
    [TestCase(503, 3)]
    public async Task Another_status_is_unknown_though_the_body_says_pass(int status, int times)
    {
        var asked = 0;
        await using var server = await StartAsync(context =>
        {
            asked++;
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync("""{"verdict":"pass"}""");
        });

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.status: ").And.Contains($" {status},"));
        Assert.That(asked, Is.EqualTo(times));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await StartAsync(context => context.Response.WriteAsync("""{"verdict":"pass"}"""));
        await using var server = await StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.status: ").And.Contains("307"));
    }

    [Test]
    public async Task Who_is_too_slow_has_not_answered_even_when_the_first_bytes_came_in_time()
    {
        var never = new TaskCompletionSource();
        await using var silent = await StartAsync(context => never.Task.WaitAsync(context.RequestAborted));
        await using var dripping = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"verdict":""");
            await context.Response.Body.FlushAsync();
            await never.Task.WaitAsync(context.RequestAborted);
        });

        Assert.That((await AskAsync(silent, timeout: TimeSpan.FromMilliseconds(100))).Shown(), Does.StartWith("Unknown webhook.slow").And.Contains("0.1 s"));
        Assert.That((await AskAsync(dripping, timeout: TimeSpan.FromMilliseconds(300))).Shown(), Does.StartWith("Unknown webhook.slow"));
    }

    [Test]
    public async Task No_policy_can_wait_longer_than_the_options_allow()
    {
        var never = new TaskCompletionSource();
        await using var server = await StartAsync(context => never.Task.WaitAsync(context.RequestAborted));

        var answer = await AskAsync(server, timeout: TimeSpan.MaxValue, change: it => it with { TimeoutMax = TimeSpan.FromMilliseconds(100) });

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.slow").And.Contains("0.1 s"));
    }

    [Test]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        await using var server = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"verdict":"pass","reason":" """);
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[10_000]);
        });

        Assert.That((await AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.tooLarge").And.Contains("65536"));
    }

    [Test]
    public async Task A_reason_is_short_and_of_one_line()
    {
        await using var server = await StartAsync(context => context.Response.WriteAsync(
            JsonSerializer.Serialize(new { verdict = "reject", reason = "a\r\nb\u001b[31m\u202e" + new string('x', 10_000) })));

        var sentence = (await AskAsync(server)).Reason.Sentence;

        Assert.That(sentence, Does.Contain("'a??b?[31m?xxx").And.Length.LessThan(200));
    }

    [TestCase("http://gate.example.com/")]
    [TestCase("http://10.0.0.1/")]
    [TestCase("http://127.0.0.1@gate.example.com/")]
    [TestCase("https://user:hunter2@gate.example.com/")]
    [TestCase("ftp://127.0.0.1/")]
    [TestCase("file:///etc/passwd")]
    [TestCase("/gate")]
    [TestCase("")]
    public async Task An_address_that_others_could_listen_to_is_not_asked(string url) => Assert.That(
        (await Asking.AskAsync(new GoogleCloudOptions(), new Gate.Webhook(url, Patient), Occurrences.Image)).Shown(),
        Does.StartWith("Unknown webhook.address").And.Not.Contains("hunter2"));

    [Test]
    public async Task Nobody_there_is_unreachable_and_the_secret_of_the_address_is_not_told()
    {
        var server = await StartAsync(_ => Task.CompletedTask);
        var address = server.Address;
        await server.DisposeAsync();

        var answer = await Asking.AskAsync(Asking.At(address), new Gate.Webhook($"{address}hooks/s3cret?token=s3cret", Patient), Occurrences.Image);

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.unreachable").And.Not.Contains("s3cret"));
    }

    [Test]
    public async Task Where_it_is_told_who_asks_it_is_by_a_token_for_its_origin_alone()
    {
        var authorization = "";
        await using var server = await StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return context.Response.WriteAsync("""{"verdict":"pass"}""");
        });

        Assert.That((await AskAsync(server, change: it => it with { SendIdentity = true }, identity: new Identities())).Finding, Is.EqualTo(Finding.Pass));
        Assert.That(authorization, Is.EqualTo($"Bearer for {server.Address.Scheme}://{server.Address.Authority}"));
    }

    [Test]
    public async Task Without_the_token_that_is_to_be_sent_nothing_is_asked()
    {
        var asked = 0;
        await using var server = await StartAsync(context => Task.FromResult(asked++));

        var answer = await AskAsync(server, change: it => it with { SendIdentity = true }, identity: new Identities(fails: true));

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.identity"));
        Assert.That(asked, Is.Zero);
    }

    private static Task<LocalServer> StartAsync(Func<HttpContext, Task> answer) =>
        LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context => answer(context)));

    private static Task<Answer> AskAsync(
        LocalServer server,
        TimeSpan? timeout = null,
        Func<WebhookOptions, WebhookOptions>? change = null,
        IIdentityTokens? identity = null,
        IAccessTokens? google = null)
    {
        var options = Asking.At(server.Address);
        return Asking.AskAsync(
            options with { Webhooks = (change ?? (it => it))(options.Webhooks) },
            new Gate.Webhook(new Uri(server.Address, "/gate").AbsoluteUri, timeout ?? Patient), Occurrences.Image, identity, google);
    }

    private sealed class Identities(bool fails = false) : IIdentityTokens
    {
        public Task<string> GetAsync(string audience, CancellationToken cancellation) => fails
            ? throw new AccessTokenUnavailableException("no token from the test")
            : Task.FromResult($"for {audience}");
    }
}
