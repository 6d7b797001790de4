using CdAutomation.Delivery;
using CdAutomation.Domain.Images;

namespace CdAutomation.Simulation.Planted;

internal sealed class ReadsOnlyTheFirstPage : Bug
{
    public override string Mistake => "the first tags of a list are taken for all of them";

    public override IRegistry Registry(IRegistry registry) => new Decorated(registry);

    private sealed class Decorated(IRegistry inner) : IRegistry
    {
        public Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation) =>
            inner.ResolveAsync(repository, reference, cancellation);

        public async Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation) =>
            await inner.ListAsync(repository, cancellation) is TagListing.Complete all ? new TagListing.Complete([.. all.Tags.Take(3)]) : new TagListing.Complete([]);
    }
}

internal sealed class NeverSurveys : Bug
{
    public override string Mistake => "only events are gone by, and no list is read";

    public override IRegistry Registry(IRegistry registry) => new Decorated(registry);

    private sealed class Decorated(IRegistry inner) : IRegistry
    {
        public Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation) =>
            inner.ResolveAsync(repository, reference, cancellation);

        public Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation) =>
            Task.FromResult<TagListing>(new TagListing.Complete([]));
    }
}

internal sealed class BelievesWhatATagWas : Bug
{
    public override string Mistake => "what a tag named once it is thought to name for ever";

    public override IRegistry Registry(IRegistry registry) => new Decorated(registry);

    private sealed class Decorated(IRegistry inner) : IRegistry
    {
        private readonly Dictionary<(Repository, string), TagLookup> _known = [];

        public async Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation)
        {
            if (!_known.TryGetValue((repository, reference), out var lookup) && (lookup = await inner.ResolveAsync(repository, reference, cancellation)) is TagLookup.Found)
                _known[(repository, reference)] = lookup;
            return lookup;
        }

        public Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation) => inner.ListAsync(repository, cancellation);
    }
}
