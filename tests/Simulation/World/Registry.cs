using CdAutomation.Delivery;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>
/// The registries: what they have, and what they show of it, which may be later. An adapter that could not read a list to its end says so;
/// how it finds out is not part of this model.
/// </summary>
internal sealed class Registry(VirtualClock clock, Chance chance, Weather weather)
{
    private readonly Dictionary<Repository, List<(DateTimeOffset VisibleAt, Push Push)>> _pushes = [];

    /// <summary>Every tag as it is, shown or not.</summary>
    public Digest? Truth(Repository repository, string tag) =>
        Of(repository).LastOrDefault(each => each.Push.Tag == tag).Push?.Digest;

    public IReadOnlyList<Push> All(Repository repository) => [.. Of(repository).Select(each => each.Push)];

    public void Add(Push push)
    {
        var lag = weather.Strikes(Fault.RegistryLag, 0.05) ? chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90)) : TimeSpan.Zero;
        Of(push.Repository).Add((clock.Now + lag, push));
    }

    public IRegistry For(Life life, Wire wire) => new Port(this, life, wire);

    private TagLookup Resolve(Repository repository, string reference)
    {
        if (weather.Strikes(Fault.RegistryDown, 0.02))
            return new TagLookup.Unknown(new("registry.unreachable", "nobody answered"));
        if (weather.Strikes(Fault.RegistryThrottled, 0.02))
            return new TagLookup.Unknown(new("registry.throttled", "429"));

        var shown = Of(repository).Where(each => each.VisibleAt <= clock.Now);
        if (Digest.TryParse(reference, out var digest))
            return shown.Any(each => each.Push.Digest == digest) ? new TagLookup.Found(digest) : new TagLookup.Missing();
        return shown.LastOrDefault(each => each.Push.Tag == reference).Push is { } push ? new TagLookup.Found(push.Digest) : new TagLookup.Missing();
    }

    private TagListing List(Repository repository)
    {
        if (weather.Strikes(Fault.RegistryListCut, 0.05))
            return new TagListing.Unknown(new("registry.listCut", "the list broke off"));
        return new TagListing.Complete([.. Of(repository)
            .Where(each => each.VisibleAt <= clock.Now).Select(each => each.Push.Tag).Distinct().Order(StringComparer.Ordinal)]);
    }

    private List<(DateTimeOffset VisibleAt, Push Push)> Of(Repository repository)
    {
        if (!_pushes.TryGetValue(repository, out var all))
            _pushes[repository] = all = [];
        return all;
    }

    private sealed class Port(Registry registry, Life life, Wire wire) : IRegistry
    {
        public Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation) =>
            wire.CallAsync(life, () => registry.Resolve(repository, reference));

        public Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation) =>
            wire.CallAsync(life, () => registry.List(repository));
    }
}
