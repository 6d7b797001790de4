using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Tests.CloudRun;
using CdAutomation.GoogleCloud.Tests.Webhooks;
using CdAutomation.GoogleCloud.Verification;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.Verification;

public sealed class VerifyTests
{
    private static readonly VerificationOptions Quick = new()
    {
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
    };

    [Test]
    public async Task The_right_status_is_enough_and_is_asked_for_once_with_no_token_over_plain_http()
    {
        var seen = new List<string>();
        await using var server = await Hook.StartAsync(context =>
        {
            lock (seen)
                seen.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization}");
            return context.Response.WriteAsync("hello");
        });

        var result = await AskAsync(server.Address, "/healthz?deep=1");

        Assert.That(result, Is.EqualTo(new StepResult.Done("web-00002-new")));
        Assert.That(seen, Is.EqualTo(new[] { "GET /healthz?deep=1 " }));
    }

    [Test]
    public async Task What_is_wrong_at_first_may_be_right_later()
    {
        var asked = 0;
        await using var server = await Hook.StartAsync(context =>
        {
            context.Response.StatusCode = ++asked < 3 ? 503 : 200;
            return context.Response.WriteAsync("ready");
        });

        Assert.That(await AskAsync(server.Address, attempts: 3, body: "^(?P<word>ready)\\z"), Is.TypeOf<StepResult.Done>());
        Assert.That(asked, Is.EqualTo(3));
    }

    [TestCase(1)]
    [TestCase(4)]
    public async Task What_stays_wrong_fails_after_so_many_attempts_and_says_what_came_last(int attempts)
    {
        var asked = 0;
        await using var server = await Hook.StartAsync(context =>
        {
            context.Response.StatusCode = 500 + ++asked;
            return context.Response.WriteAsync("a secret of the revision");
        });

        var result = await AskAsync(server.Address, attempts: attempts);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("verify.failed"));
        Assert.That(((StepResult.Failed)result).Reason.Sentence,
            Does.Contain($"it answers {500 + attempts}, and 200 is wanted").And.Contain($"{attempts} of {attempts} times").And.Not.Contain("secret"));
        Assert.That(asked, Is.EqualTo(attempts));
    }

    [TestCase("a secret of the revision", "^ready$", "24 bytes that do not match '^ready$'")]
    [TestCase("", ".", "0 bytes that do not match '.'")]
    public async Task A_body_that_does_not_match_fails_and_is_not_repeated(string body, string pattern, string why)
    {
        await using var server = await Hook.StartAsync(context => context.Response.WriteAsync(body));

        var result = await AskAsync(server.Address, body: pattern);

        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain(why).And.Not.Contain("secret"));
    }

    [Test]
    public async Task A_body_without_end_is_not_read_on_and_one_that_nobody_matches_is_not_read()
    {
        var line = new byte[16 * 1024];
        await using var server = await Hook.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(line, context.RequestAborted);
        });

        var result = await AskAsync(server.Address, body: "x");

        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain("more than 65536 bytes"));
        Assert.That(await AskAsync(server.Address), Is.TypeOf<StepResult.Done>());
    }

    [Test]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        var asked = 0;
        await using var server = await Hook.StartAsync(context =>
        {
            asked++;
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        Assert.That(((StepResult.Failed)await AskAsync(server.Address)).Reason.Sentence, Does.Contain("it answers 302"));
        Assert.That(await AskAsync(server.Address, status: 302), Is.TypeOf<StepResult.Done>());
        Assert.That(asked, Is.EqualTo(2));
    }

    [Test]
    public async Task Where_nobody_can_connect_every_attempt_counts_and_it_fails()
    {
        var result = await AskAsync(new Uri("http://127.0.0.1:1"), attempts: 2);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo("verify.failed"));
        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain("2 of 2 times").And.Contain("it cannot be asked"));
    }

    [Test]
    public async Task An_answer_that_does_not_come_is_a_wrong_one_and_the_whole_is_bounded_too()
    {
        await using var server = await Hook.StartAsync(async context =>
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // Whoever asked has gone.
            }
        });

        var late = await AskAsync(server.Address, attempts: 2, options: Quick with { Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.That(((StepResult.Failed)late).Reason.Sentence, Does.Contain("2 of 2 times").And.Contain("does not answer within 0.05 s"));

        var bounded = await AskAsync(server.Address, attempts: 50, options: Quick with
        {
            Timeout = TimeSpan.FromMilliseconds(50),
            Patience = TimeSpan.FromMilliseconds(300),
        });
        Assert.That(((StepResult.Failed)bounded).Reason.Sentence, Does.Contain(" of 50 times").And.Not.Contain("50 of 50"));
    }

    [Test]
    public async Task The_callers_own_cancellation_is_no_answer()
    {
        await using var server = await Hook.StartAsync(context => Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted));
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Assert.That(async () => await AskAsync(server.Address, cancellation: leave.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Over_https_nothing_is_asked_without_a_token_and_that_is_our_trouble()
    {
        var result = await AskAsync(new Uri("https://127.0.0.1:1"), identity: new Hook.Identities(fails: true));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(result), Is.EqualTo("verify.identity"));
        Assert.That(((StepResult.Unfinished)result).Reason.Sentence, Does.Contain("no token from the test"));
        Assert.That(await AskAsync(new Uri("https://127.0.0.1:1"), options: Quick with { SendIdentity = false }), Is.TypeOf<StepResult.Failed>());
    }

    [TestCase("https://cd---web.example.com", "x")]
    [TestCase("file:///etc/passwd", "/x")]
    public async Task What_is_no_address_is_not_asked(string address, string path) =>
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await AskAsync(address, path)), Is.EqualTo("verify.address"));

    [TestCase("(")]
    [TestCase(@"(a)\1")]
    [TestCase("")]
    public async Task A_pattern_that_cannot_be_used_is_refused(string pattern) =>
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await AskAsync(new Uri("http://127.0.0.1:1"), body: pattern)), Is.EqualTo("verify.body"));

    private static Task<StepResult> AskAsync(
        Uri address,
        string path = "/healthz",
        int status = 200,
        int attempts = 1,
        string? body = null,
        VerificationOptions? options = null,
        IIdentityTokens? identity = null,
        CancellationToken cancellation = default) => AskAsync(address.AbsoluteUri, path, status, attempts, body, options, identity, cancellation);

    private static async Task<StepResult> AskAsync(
        string address, string path, int status = 200, int attempts = 1,
        string? body = null,
        VerificationOptions? options = null,
        IIdentityTokens? identity = null,
        CancellationToken cancellation = default)
    {
        using var verifier = new HttpVerifier(options ?? Quick, identity ?? new Hook.Identities(), TimeProvider.System);
        return await verifier.VerifyAsync(
            new Effect.Verify("order-3", DateTimeOffset.UnixEpoch, 0, "production", Web.Target, "web-00002-new", address,
                new Domain.Policies.Verification(path, status, attempts, body)),
            cancellation);
    }
}
