using System.Collections.Immutable;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.Tests.Registry;

namespace CdAutomation.GoogleCloud.Tests.Policies;

/// <summary>Policies to the CNCF's registry and back.</summary>
[Category("Registry")]
public sealed class PublishedTests
{
    private static readonly PolicyArtifact Policies = new(
        new("0123456789abcdef0123456789abcdef01234567", new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), "https://git.acme.example/policies"),
        Forced: false,
        """{"kind":"PolicySet","pipelines":["ü"]}""");

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_is_published_is_fetched_as_it_was_and_has_the_same_digest_each_time(bool withPassword)
    {
        await using var server = await DebianRegistry.StartAsync(withPassword);
        var options = new RegistryOptions
        {
            Endpoint = _ => server.Address,
            Credentials = ImmutableDictionary<string, RegistryCredential>.Empty
                .Add(server.Repository.Host, new(DebianRegistry.User, DebianRegistry.Password)),
        };
        using var artifacts = new PolicyArtifacts(options, new Tokens(), TimeProvider.System);

        var first = await artifacts.PublishAsync(server.Repository, Policies, default);
        Assert.That(first.Problem, Is.Null);
        Assert.That(first.Digest, Is.EqualTo(PolicyArtifacts.DigestOf(Policies)));
        Assert.That(await artifacts.PublishAsync(server.Repository, Policies, default), Is.EqualTo(first));
        Assert.That(await artifacts.FetchAsync(server.Repository, first.Digest, default), Is.EqualTo(new PolicyFetch.Found(Policies)));

        using var registry = new OciRegistry(options, new Tokens(), TimeProvider.System);
        foreach (var tag in new[] { "current", "commit-0123456789abcdef0123456789abcdef01234567" })
            Assert.That(await registry.ResolveAsync(server.Repository, tag, default), Is.EqualTo(new TagLookup.Found(first.Digest)), tag);

        var forced = await artifacts.PublishAsync(server.Repository, Policies with { Forced = true }, default);
        Assert.That(await artifacts.FetchAsync(server.Repository, forced.Digest, default), Is.EqualTo(new PolicyFetch.Found(Policies with { Forced = true })));
        Assert.That(forced.Digest, Is.Not.EqualTo(first.Digest));
    }
}
