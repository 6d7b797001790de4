using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Tests;

/// <summary>Published policies that must be signed.</summary>
public sealed class SignedPolicyStories : PublishedStories
{
    private const string Key = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----";

    [TestCase(Finding.Hold)]
    [TestCase(Finding.Unknown)]
    public async Task Policies_without_their_signature_wait_until_it_comes(Finding finding)
    {
        World.Origin = new(World.Home, null, Key);
        World.Signature = new(finding, new("signature.missing", "there is none yet"));
        var published = World.Publish(One, 1);
        await ReceiveAsync(published);
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        Assert.That((await World.Journal.PolicyRefusalsAsync(10, default)).Single(), Has.Property("Waits").True.And.Property("Commit").EqualTo(One));
        Assert.That(World.News[^1].Outcome, Is.EqualTo("policyHeld"));

        var digest = ((Signal.PolicyPublished)published.Signal!).Digest;
        World.Signature = new(Finding.Pass, new("signature.ok", "it is signed"));
        await ReceiveAsync(World.Published(World.DigestOf("signature"), $"sha256-{digest.Value["sha256:".Length..]}.sig"));
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
        Assert.That(World.Questions[^1], Has.Property("Gate").EqualTo(new Gate.Signature("CDAUTOMATION_POLICY_KEY", Key)));
        Assert.That(World.Questions[^1].Image.Reference.ToString(), Is.EqualTo($"{World.Home}@{digest}"));
    }

    [Test]
    public async Task Policies_whose_signature_comes_without_an_event_are_found_by_the_next_tick()
    {
        World.Origin = new(World.Home, null, Key);
        World.Signature = new(Finding.Hold, new("signature.missing", "there is none yet"));
        var tick = World.Worker().Tick;
        await ReceiveAsync(World.Publish(One, 1));
        await tick.RunAsync(default);

        World.Signature = new(Finding.Pass, new("signature.ok", "it is signed"));
        await tick.RunAsync(default);
        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo(One));
    }

    [Test]
    public async Task Policies_with_a_wrong_signature_are_refused()
    {
        World.Origin = new(World.Home, null, Key);
        World.Signature = new(Finding.Reject, new("signature.invalid", "another key signed it"));
        await ReceiveAsync(World.Publish(One, 1));

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
        var refusal = (await World.Journal.PolicyRefusalsAsync(10, default)).Single();
        Assert.That((refusal.Waits, refusal.Reasons.Single().Code), Is.EqualTo((false, "signature.invalid")));
    }

    [Test]
    public async Task Where_a_signature_is_asked_for_and_nobody_can_look_nothing_comes_into_force()
    {
        (World.Origin, World.HasAsker) = (new(World.Home, null, Key), false);
        await ReceiveAsync(World.Publish(One, 1));

        Assert.That(await World.Journal.ActiveCommitAsync(default), Is.EqualTo("c1"));
    }
}
