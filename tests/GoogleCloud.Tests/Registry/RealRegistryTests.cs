using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.GoogleCloud.Tests.Registry;

[Category("Registry")]
public sealed class RealRegistryTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Tags_and_digests_of_images_and_indexes_are_resolved_and_listed(bool withPassword)
    {
        await using var server = await DebianRegistry.StartAsync(withPassword);
        using var one = new TestImage("one", index: false);
        using var many = new TestImage("many", index: true);
        await server.PushAsync(one, "v1.0.0");
        await server.PushAsync(many, "v1.1.0");
        await server.PushAsync(many, "latest");
        using var registry = Registry(server, DebianRegistry.Password);

        Assert.That(await Resolve(registry, server, "v1.0.0"), Is.EqualTo(new TagLookup.Found(one.Digest)));
        Assert.That(await Resolve(registry, server, "v1.1.0"), Is.EqualTo(new TagLookup.Found(many.Digest)), "an index");
        Assert.That(await Resolve(registry, server, many.Digest.Value), Is.EqualTo(new TagLookup.Found(many.Digest)));
        Assert.That(await Resolve(registry, server, "v9.9.9"), Is.EqualTo(new TagLookup.Missing()));
        Assert.That(await Resolve(registry, server, "sha256:" + new string('0', 64)), Is.EqualTo(new TagLookup.Missing()));

        var listing = (TagListing.Complete)await registry.ListAsync(server.Repository, CancellationToken.None);
        Assert.That(listing.Tags, Is.EqualTo(new[] { "latest", "v1.0.0", "v1.1.0" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_repository_the_registry_does_not_know_has_no_tags(bool withPassword)
    {
        await using var server = await DebianRegistry.StartAsync(withPassword);
        using var registry = Registry(server, DebianRegistry.Password);
        var nobodys = new Repository(server.Repository.Host, "acme/app/nobody");

        var listing = (TagListing.Complete)await registry.ListAsync(nobodys, CancellationToken.None);

        Assert.That(listing.Tags, Is.Empty);
        Assert.That(await registry.ResolveAsync(nobodys, "v1", CancellationToken.None), Is.EqualTo(new TagLookup.Missing()));
    }

    [TestCase(null)]
    [TestCase("wrong")]
    public async Task Without_the_right_password_nothing_is_known(string? password)
    {
        await using var server = await DebianRegistry.StartAsync(withPassword: true);
        using var registry = Registry(server, password);

        var lookup = (TagLookup.Unknown)await Resolve(registry, server, "v1.0.0");
        var listing = (TagListing.Unknown)await registry.ListAsync(server.Repository, CancellationToken.None);

        Assert.That(lookup.Reason.Code, Is.EqualTo("registry.unauthorized"));
        Assert.That(listing.Reason, Is.EqualTo(lookup.Reason));
    }

    [Test]
    public async Task A_registry_that_is_gone_is_not_one_without_tags()
    {
        var server = await DebianRegistry.StartAsync(withPassword: false);
        using var registry = Registry(server, null);
        await server.DisposeAsync();

        Assert.That(((TagLookup.Unknown)await Resolve(registry, server, "v1.0.0")).Reason.Code, Is.EqualTo("registry.unreachable"));
        Assert.That(await registry.ListAsync(server.Repository, CancellationToken.None), Is.TypeOf<TagListing.Unknown>());
    }

    private static Task<TagLookup> Resolve(OciRegistry registry, DebianRegistry server, string reference) =>
        registry.ResolveAsync(server.Repository, reference, CancellationToken.None);

    private static OciRegistry Registry(DebianRegistry server, string? password) => new(
        new RegistryOptions
        {
            Endpoint = _ => server.Address,
            FirstPause = TimeSpan.FromMilliseconds(1),
            Credentials = password is null
                ? ImmutableDictionary<string, RegistryCredential>.Empty
                : ImmutableDictionary<string, RegistryCredential>.Empty.Add(server.Repository.Host, new(DebianRegistry.User, password)),
        },
        new Tokens(),
        TimeProvider.System);
}
