using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class NeverBackwards : Checker
{
    public override string Invariant => "no write takes a service to an older release than the one it serves, or is about to serve, but for the way back";

    private readonly Intentions _intentions = new();

    public override void See(Fact fact)
    {
        _intentions.See(fact);
        if (fact is not Fact.Written { Write: { To: { } to } write } || write.From == to || _intentions.IsWayBack(write))
            return;

        // Somebody asked for an image that has no place among the versions: nothing can be called older than it.
        if (write.From is { } asked && Versions(write, asked).Length == 0 && World.Registry.All(RepositoryOf(write)).Any(push => push.Digest == asked))
            return;

        // What did not come up was never there, also when somebody's edit makes another revision of it.
        var onItsWay = write.Service.Revisions.Values.Any(revision => revision.Digest == write.From && revision.IsReady == false) ? null : write.From;
        foreach (var from in new[] { write.Service.Serving, onItsWay }.OfType<Digest>().Distinct().Where(from => from != to && IsOlder(write, to, from)))
            Violated($"{RunService.ShortName(write.Service.Name)} was taken from {Named(write, from)} back to {Named(write, to)}");
    }

    private bool IsOlder(RunWrite write, Digest to, Digest from)
    {
        var (next, old) = (Versions(write, to), Versions(write, from));
        // One of the two has no place in the order of versions: somebody asked for it.
        if (next.Length == 0 || old.Length == 0)
            return false;

        var (best, least) = (next.MaxBy(each => each.Version), old.MinBy(each => each.Version));
        var order = best.Version.CompareTo(least.Version);
        return order < 0 || (order == 0 && best.After < least.After);
    }

    /// <summary>The versions that a digest has, or had until a tag moved on.</summary>
    private (Scenarios.Version Version, TimeSpan After)[] Versions(RunWrite write, Digest digest) =>
    [
        .. from push in World.Registry.All(RepositoryOf(write))
           where push.Digest == digest
           let version = Scenarios.Version.Accepted(push.Tag)
           where version is not null
           select (version.Value, push.After),
    ];

    private string Named(RunWrite write, Digest digest) =>
        $"{string.Join('/', World.Registry.All(RepositoryOf(write)).Where(push => push.Digest == digest).Select(push => push.Tag))} ({digest.Short})";

    private static Repository RepositoryOf(RunWrite write) => ImageReference.Parse(write.After.Template.Containers[0].Image).Repository;
}
