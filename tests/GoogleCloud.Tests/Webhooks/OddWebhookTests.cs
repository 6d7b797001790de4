using System.Text.Json;
using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Tests.SupplyChain;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.Webhooks;

/// <summary>Addresses that are slow, huge, elsewhere or nowhere, and what they are told.</summary>
public sealed class OddWebhookTests
{
    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await Hook.StartAsync(context => context.Response.WriteAsync("""{"verdict":"pass"}"""));
        await using var server = await Hook.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        Assert.That((await Hook.AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.status: ").And.Contains("307"));
    }

    [Test]
    public async Task Who_is_too_slow_has_not_answered_even_when_the_first_bytes_came_in_time()
    {
        var never = new TaskCompletionSource();
        await using var silent = await Hook.StartAsync(context => never.Task.WaitAsync(context.RequestAborted));
        await using var dripping = await Hook.StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"verdict":""");
            await context.Response.Body.FlushAsync();
            await never.Task.WaitAsync(context.RequestAborted);
        });

        Assert.That((await Hook.AskAsync(silent, timeout: TimeSpan.FromMilliseconds(100))).Shown(), Does.StartWith("Unknown webhook.slow").And.Contains("0.1 s"));
        Assert.That((await Hook.AskAsync(dripping, timeout: TimeSpan.FromMilliseconds(300))).Shown(), Does.StartWith("Unknown webhook.slow"));
    }

    [Test]
    public async Task No_policy_can_wait_longer_than_the_options_allow()
    {
        var never = new TaskCompletionSource();
        await using var server = await Hook.StartAsync(context => never.Task.WaitAsync(context.RequestAborted));

        var answer = await Hook.AskAsync(server, timeout: TimeSpan.MaxValue, change: it => it with { TimeoutMax = TimeSpan.FromMilliseconds(100) });

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.slow").And.Contains("0.1 s"));
    }

    [Test]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        await using var server = await Hook.StartAsync(async context =>
        {
            await context.Response.WriteAsync("""{"verdict":"pass","reason":" """);
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[10_000]);
        });

        Assert.That((await Hook.AskAsync(server)).Shown(), Does.StartWith("Unknown webhook.tooLarge").And.Contains("65536"));
    }

    [Test]
    public async Task A_reason_is_short_and_of_one_line()
    {
        await using var server = await Hook.StartAsync(context => context.Response.WriteAsync(
            JsonSerializer.Serialize(new { verdict = "reject", reason = "a\r\nb\u001b[31m\u202e" + new string('x', 10_000) })));

        var sentence = (await Hook.AskAsync(server)).Reason.Sentence;

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
        (await Asking.AskAsync(new GoogleCloudOptions(), new Gate.Webhook(url, Hook.Patient), Occurrences.Image)).Shown(),
        Does.StartWith("Unknown webhook.address").And.Not.Contains("hunter2"));

    [Test]
    public async Task Nobody_there_is_unreachable_and_the_secret_of_the_address_is_not_told()
    {
        var server = await Hook.StartAsync(_ => Task.CompletedTask);
        var address = server.Address;
        await server.DisposeAsync();

        var answer = await Asking.AskAsync(Asking.At(address), new Gate.Webhook($"{address}hooks/s3cret?token=s3cret", Hook.Patient), Occurrences.Image);

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.unreachable").And.Not.Contains("s3cret"));
    }

    [Test]
    public async Task Where_it_is_told_who_asks_it_is_by_a_token_for_its_origin_alone()
    {
        var authorization = "";
        await using var server = await Hook.StartAsync(context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return context.Response.WriteAsync("""{"verdict":"pass"}""");
        });

        Assert.That((await Hook.AskAsync(server, change: it => it with { SendIdentity = true }, identity: new Hook.Identities())).Finding, Is.EqualTo(Finding.Pass));
        Assert.That(authorization, Is.EqualTo($"Bearer for {server.Address.Scheme}://{server.Address.Authority}"));
    }

    [Test]
    public async Task Without_the_token_that_is_to_be_sent_nothing_is_asked()
    {
        var asked = 0;
        await using var server = await Hook.StartAsync(context => Task.FromResult(asked++));

        var answer = await Hook.AskAsync(server, change: it => it with { SendIdentity = true }, identity: new Hook.Identities(fails: true));

        Assert.That(answer.Shown(), Does.StartWith("Unknown webhook.identity"));
        Assert.That(asked, Is.Zero);
    }
}
