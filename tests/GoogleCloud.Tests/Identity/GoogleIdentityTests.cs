using System.Security.Cryptography;
using System.Text;
using CdAutomation.GoogleCloud.Identity;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.GoogleCloud.Tests.Identity;

public sealed class GoogleIdentityTests
{
    private FakeTimeProvider _clock = null!;
    private Issuer _issuer = null!;
    private GoogleIdentity _identity = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _clock = new FakeTimeProvider(Issuer.Now);
        _issuer = await Issuer.StartAsync();
        _identity = new GoogleIdentity(new GoogleIdentityOptions { Audiences = [Issuer.Audience], Keys = _issuer.KeysAddress }, _clock);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _identity.Dispose();
        await _issuer.DisposeAsync();
    }

    [Test]
    public async Task A_good_token_tells_the_verified_email_and_keys_are_fetched_once()
    {
        for (var i = 0; i < 3; i++)
            Assert.That(await Verify(_issuer.Token()), Is.EqualTo(new Caller.Verified("push@acme.iam.gserviceaccount.com")));

        Assert.That(_issuer.Fetched, Is.EqualTo(1));
    }

    [Test]
    public async Task Every_wrong_claim_is_refused_with_its_reason()
    {
        Assert.That(await CodeOf(_issuer.Token(claims => claims["aud"] = "https://other.example.com")), Is.EqualTo("identity.audience"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims.Remove("aud"))), Is.EqualTo("identity.audience"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims["iss"] = "https://evil.example.com")), Is.EqualTo("identity.issuer"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims.Remove("iss"))), Is.EqualTo("identity.issuer"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims["exp"] = Issuer.Seconds(-120))), Is.EqualTo("identity.expired"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims.Remove("exp"))), Is.EqualTo("identity.expired"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims["nbf"] = Issuer.Seconds(120))), Is.EqualTo("identity.expired"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims["email_verified"] = false)), Is.EqualTo("identity.email"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims.Remove("email_verified"))), Is.EqualTo("identity.email"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims.Remove("email"))), Is.EqualTo("identity.email"));
        Assert.That(await CodeOf(_issuer.Token(claims => claims["email"] = 7)), Is.EqualTo("identity.email"));
    }

    [Test]
    public async Task Time_is_the_clocks_and_a_token_ends()
    {
        var token = _issuer.Token(claims => claims["exp"] = Issuer.Seconds(3600));
        Assert.That(await Verify(token), Is.TypeOf<Caller.Verified>());

        _clock.Advance(TimeSpan.FromMinutes(62));
        Assert.That(await CodeOf(token), Is.EqualTo("identity.expired"));
    }

    [Test]
    public async Task Forgeries_are_refused()
    {
        var parts = _issuer.Token().Split('.');
        var claims = Base64UrlEncoder.Decode(parts[1]);
        var tampered = Base64UrlEncoder.Encode(claims.Replace("push@", "boss@", StringComparison.Ordinal));
        Assert.That(await CodeOf($"{parts[0]}.{tampered}.{parts[2]}"), Is.EqualTo("identity.signature"));

        var none = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT","kid":"key-1"}""");
        Assert.That(await CodeOf($"{none}.{parts[1]}."), Is.EqualTo("identity.algorithm"));
        Assert.That(await CodeOf($"{parts[0]}.{parts[1]}."), Is.EqualTo("identity.signature").Or.EqualTo("identity.malformed"));

        // The public key as the secret of an HMAC: works wherever the algorithm is taken from the token.
        var hmac = Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT","kid":"key-1"}""");
        var mac = HMACSHA256.HashData(_issuer.PublicKey, Encoding.ASCII.GetBytes($"{hmac}.{parts[1]}"));
        Assert.That(await CodeOf($"{hmac}.{parts[1]}.{Base64UrlEncoder.Encode(mac)}"), Is.EqualTo("identity.algorithm"));

        await using var other = await Issuer.StartAsync();
        Assert.That(await CodeOf(other.Token()), Is.EqualTo("identity.signature"), "same key id, other key");
    }

    [TestCase(null, "identity.none")]
    [TestCase("", "identity.none")]
    [TestCase("Basic dTpw", "identity.none")]
    [TestCase("Bearer ", "identity.malformed")]
    [TestCase("Bearer x", "identity.malformed")]
    [TestCase("Bearer a.b.c", "identity.malformed")]
    [TestCase("Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "identity.key")]
    [TestCase("Bearer W10.W10.c2ln", "identity.malformed")]
    [TestCase("Bearer eyJhbGciOjd9.e30.c2ln", "identity.malformed")]
    public async Task What_is_no_token_is_refused_and_fetches_no_keys(string? header, string code)
    {
        Assert.That(((Caller.Refused)await _identity.VerifyAsync(header, CancellationToken.None)).Reason.Code, Is.EqualTo(code));
        Assert.That(_issuer.Fetched, Is.Zero);
    }

    [Test]
    public async Task A_huge_token_is_refused_unread() =>
        Assert.That(await CodeOf(_issuer.Token(claims => claims["padding"] = new string('x', 20_000))), Is.EqualTo("identity.malformed"));

    [Test]
    public void No_text_does_anything_but_be_refused()
    {
        var good = _issuer.Token();
        CsCheck.Check.SampleAsync(CsCheck.Gen.Select(CsCheck.Gen.Int[0, good.Length - 1], CsCheck.Gen.Char), async change =>
        {
            var (at, letter) = change;
            var text = $"{good[..at]}{letter}{good[(at + 1)..]}";
            var caller = await Verify(text);
            // The last letter of a signature holds bits that count for nothing, so that another letter may be the same signature.
            Assert.That(caller is Caller.Refused || text == good || at == good.Length - 1, Is.True, text);
        }, iter: 300).GetAwaiter().GetResult();
    }

    [Test]
    public async Task A_new_key_is_fetched_but_unknown_ones_not_more_than_once_a_minute()
    {
        await Verify(_issuer.Token());
        var old = _issuer.Token();
        _issuer.Rotate("key-2");

        Assert.That(await CodeOf(_issuer.Token()), Is.EqualTo("identity.key"), "within the minute");
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That(await Verify(_issuer.Token()), Is.TypeOf<Caller.Verified>());
        Assert.That(await CodeOf(old), Is.EqualTo("identity.key"));
        for (var i = 0; i < 20; i++)
            await Verify(_issuer.Token(key: $"unknown-{i}"));

        Assert.That(_issuer.Fetched, Is.EqualTo(2));
    }

    [TestCase(503, "")]
    [TestCase(200, "<html>")]
    [TestCase(200, "[]")]
    [TestCase(200, "{\"keys\":7}")]
    public async Task Without_keys_nothing_is_known_and_kept_keys_outlive_an_outage(int status, string body)
    {
        _issuer.Instead = (status, body);
        var unknown = await Verify(_issuer.Token());
        Assert.That(unknown, Is.TypeOf<Caller.Unknown>());

        _issuer.Instead = null;
        _clock.Advance(TimeSpan.FromSeconds(61));
        var token = _issuer.Token(claims => claims["exp"] = Issuer.Seconds(100_000));
        Assert.That(await Verify(token), Is.TypeOf<Caller.Verified>());

        _issuer.Instead = (status, body);
        _clock.Advance(TimeSpan.FromHours(7));
        Assert.That(await Verify(token), Is.TypeOf<Caller.Verified>());
        Assert.That(_issuer.Fetched, Is.EqualTo(3));
    }

    [Test]
    public void An_audience_must_be_named() => Assert.That(
        () => new GoogleIdentity(new GoogleIdentityOptions { Audiences = [] }, _clock), Throws.ArgumentException);

    private Task<Caller> Verify(string token) => _identity.VerifyAsync($"Bearer {token}", CancellationToken.None);

    private async Task<string> CodeOf(string token)
    {
        var caller = await Verify(token);
        return caller.Match(verified => verified.Email, refused => refused.Reason.Code, unknown => unknown.Reason.Code);
    }
}
