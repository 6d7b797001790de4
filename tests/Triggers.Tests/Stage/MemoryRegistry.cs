using System.Collections.Concurrent;
using CdAutomation.Delivery;
using CdAutomation.Domain.Images;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>A registry that is a dictionary.</summary>
internal sealed class MemoryRegistry : IRegistry
{
    private readonly ConcurrentDictionary<(Repository Repository, string Tag), Digest> _tags = new();

    public void Put(string image, string digest)
    {
        var reference = ImageReference.Parse(image);
        _tags[(reference.Repository, reference.Tag!)] = Digest.Parse(digest);
    }

    public Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation)
    {
        if (_tags.TryGetValue((repository, reference), out var digest))
            return Task.FromResult<TagLookup>(new TagLookup.Found(digest));
        return Task.FromResult<TagLookup>(Digest.TryParse(reference, out var named) && _tags.Values.Contains(named)
            ? new TagLookup.Found(named)
            : new TagLookup.Missing());
    }

    public Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation) =>
        Task.FromResult<TagListing>(new TagListing.Complete(
            [.. _tags.Keys.Where(key => key.Repository == repository).Select(key => key.Tag)]));
}
