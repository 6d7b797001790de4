using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CdAutomation.LocalCloud.PubSub;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.LocalCloud.Tests.PubSub;

public sealed class PushTokenTests
{
    [Test]
    public async Task A_push_carries_a_token_that_the_key_set_confirms()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var local = await LocalPubSub.StartAsync(new() { Clock = clock }, CancellationToken.None);
        await using var receiver = await PushReceiver.StartAsync();
        using var client = new PubSubClient(local.Address);
        var topic = await client.TopicAsync("topic");
        await client.SubscriptionAsync("sub", topic, it =>
        {
            it.PushConfig = new() { PushEndpoint = receiver.Endpoint("/push").AbsoluteUri };
            it.PushConfig.OidcToken = new() { ServiceAccountEmail = "push@prj.iam.gserviceaccount.com" };
        });
        await client.PublishAsync(topic, "x");

        var authorization = (await Eventually.SeesAsync(() => receiver.Pushes, pushes => pushes.Count > 0))[0].Authorization;
        Assert.That(authorization, Does.StartWith("Bearer "));
        var parts = authorization["Bearer ".Length..].Split('.');
        using var http = new HttpClient();
        var key = JsonNode.Parse(await http.GetStringAsync(local.Keys))!["keys"]![0]!;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64Url.DecodeFromChars(key["n"]!.GetValue<string>()),
            Exponent = Base64Url.DecodeFromChars(key["e"]!.GetValue<string>()),
        });
        Assert.That(rsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
        Assert.That(Decoded(parts[0])["kid"]!.GetValue<string>(), Is.EqualTo(key["kid"]!.GetValue<string>()));

        var claims = Decoded(parts[1]);
        Assert.That(claims["iss"]!.GetValue<string>(), Is.EqualTo("https://accounts.google.com"));
        Assert.That(claims["aud"]!.GetValue<string>(), Is.EqualTo(receiver.Endpoint("/push").AbsoluteUri));
        Assert.That(claims["email"]!.GetValue<string>(), Is.EqualTo("push@prj.iam.gserviceaccount.com"));
        Assert.That(claims["email_verified"]!.GetValue<bool>(), Is.True);
        Assert.That(claims["sub"]!.GetValue<string>(), Does.Match(@"^\d{21}$").And.EqualTo(claims["azp"]!.GetValue<string>()));
        Assert.That(claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>(), Is.EqualTo(3_600));
        Assert.That(claims["iat"]!.GetValue<long>(), Is.EqualTo(clock.GetUtcNow().ToUnixTimeSeconds()));
    }

    private static JsonNode Decoded(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!;
}
