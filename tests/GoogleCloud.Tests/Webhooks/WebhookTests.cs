using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Tests.SupplyChain;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.Webhooks;

public sealed class WebhookTests
{
    [Test]
    public async Task The_question_says_what_is_asked_about_and_bears_no_token_of_ours()
    {
        var (body, type, authorization) = ("", "", "");
        await using var server = await Hook.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            (body, type) = (await reader.ReadToEndAsync(), context.Request.Method + " " + context.Request.ContentType);
            authorization = context.Request.Headers.Authorization.ToString();
            await context.Response.WriteAsync("""{"verdict":"pass","reason":"looks good"}""");
        });
        var google = new Tokens();

        var answer = await Hook.AskAsync(server, google: google);

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
        await using var server = await Hook.StartAsync(context => context.Response.WriteAsync(body));

        var answer = await Hook.AskAsync(server);

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
        await using var server = await Hook.StartAsync(context => context.Response.WriteAsync(body));

        Assert.That((await Hook.AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.odd: "));
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
        await using var server = await Hook.StartAsync(context =>
        {
            asked++;
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync("""{"verdict":"pass"}""");
        });

        Assert.That((await Hook.AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.status: ").And.Contains($" {status},"));
        Assert.That(asked, Is.EqualTo(times));
    }
}
