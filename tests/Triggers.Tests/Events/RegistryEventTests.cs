using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>The messages of Artifact Registry's topic, and what they mean.</summary>
public sealed class RegistryEventTests
{
    private static readonly Repository Web = Repository.TryParse(Messages.Web, out var web) ? web : throw new InvalidOperationException();
    private static readonly Digest A = Digest.Parse(Messages.DigestA);
    private static readonly Digest B = Digest.Parse(Messages.DigestB);

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return new("registry-insert-tag.json", new Signal.ImagePushed(Web, A, "v1.2.3", ArtifactKind.Image));
        yield return new("registry-insert-digest.json", new Signal.ImagePushed(Web, A, null, ArtifactKind.Untagged));
        var signature = $"sha256-{new string('a', 64)}.sig";
        yield return new("registry-insert-signature.json", new Signal.ImagePushed(Web, B, signature, ArtifactKind.Signature));
        yield return new("registry-delete-tag.json", new Signal.ImageRemoved(Web, "v1.2.3", null));
        yield return new("registry-delete-digest.json", new Signal.ImageRemoved(Web, null, A));
    }

    [TestCaseSource(nameof(Shapes))]
    public async Task Each_shape_is_journalled_with_its_meaning(string fixture, Signal meaning)
    {
        await using var house = await House.OpenAsync();
        await house.SendAsync(Messages.Image(Messages.Fixture(fixture)));
        var kept = (await house.EventsAsync()).Single();
        Assert.That(kept.Signal, Is.EqualTo(meaning));
        Assert.That(kept.Refusal, Is.Null);
    }

    [Test]
    public async Task What_is_unknown_beside_the_three_fields_is_ignored()
    {
        await using var house = await House.OpenAsync();
        var data = Messages.Pushed("v1.2.3", Messages.DigestA).Replace("{\"action\"", "{\"new\":{\"in\":[2027]},\"action\"");
        await house.SendAsync(Messages.Image(data));
        Assert.That((await house.EventsAsync()).Single().Signal, Is.EqualTo(new Signal.ImagePushed(Web, A, "v1.2.3", ArtifactKind.Image)));
    }

    [Test]
    public async Task A_push_that_the_policy_selects_is_deployed_before_it_is_acknowledged()
    {
        await using var house = await House.OpenAsync();
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        await house.SendAsync(Messages.Image(Messages.Pushed("v1.2.3", Messages.DigestA)));
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestA}" }));
    }

    [Test]
    public async Task A_repository_of_no_pipeline_is_journalled_as_unheard()
    {
        await using var house = await House.OpenAsync();
        var data = Messages.Pushed("v1.2.3", Messages.DigestA).Replace("/app/web", "/app/other");
        await house.SendAsync(Messages.Image(data));
        var kept = (await house.EventsAsync()).Single();
        Assert.That((kept.Refusal?.Code, kept.Signal is Signal.ImagePushed), Is.EqualTo(("event.unheard", true)));
    }
}
