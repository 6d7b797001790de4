using CdAutomation.Domain.Decisions;
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
        // The job before a rollout stays with what ran last: it is nobody's way back.
        ITargetWrite? made = fact switch
        {
            Fact.Written { Write: var it } => it,
            Fact.JobWritten { Write: var it } when World.Scenario.Targets.Any(target => target.ResourceName == it.Job.Name) => it,
            _ => null,
        };
        if (made is not { To: { } to } write || write.From == to || _intentions.IsWayBack(write))
            return;

        // Somebody asked for an image that has no place among the versions: nothing can be called older than it.
        if (write.From is { } asked && Versions(write, asked).Length == 0 && World.Registry.All(RepositoryOf(write)).Any(push => push.Digest == asked))
            return;

        var onItsWay = write.From is { } told && CameToNothing(write, told) ? null : write.From;
        foreach (var from in new[] { write.Target.Serving, onItsWay }.OfType<Digest>().Distinct().Where(from => from != to && IsOlder(write, to, from)))
            Violated($"{RunService.ShortName(write.Target.Name)} was taken from {Named(write, from)} back to {Named(write, to)}");
    }

    /// <summary>
    /// What did not come up was never there, also when somebody's edit makes another revision of it; nor was what a rollout that was overtaken
    /// has left in the template, once it failed, or lost the tag that made it a candidate. What serves is looked at by itself.
    /// </summary>
    private bool CameToNothing(ITargetWrite write, Digest told)
    {
        var repository = RepositoryOf(write);
        return (write.Target is RunService service && service.Revisions.Values.Any(revision => revision.Digest == told && revision.IsReady == false))
            || World.Store.Records.Any(record => record.Outcome == Outcome.Failed && record.Digest == told
                && record.Pipeline == write.Note("pipeline") && record.Stage == write.Note("stage"))
            || World.Registry.All(repository).Where(push => push.Digest == told).All(push => World.Registry.Truth(repository, push.Tag) != told);
    }

    private bool IsOlder(ITargetWrite write, Digest to, Digest from)
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
    private (Scenarios.Version Version, TimeSpan After)[] Versions(ITargetWrite write, Digest digest) =>
    [
        .. from push in World.Registry.All(RepositoryOf(write))
           where push.Digest == digest
           let version = Scenarios.Version.Accepted(push.Tag)
           where version is not null
           select (version.Value, push.After),
    ];

    private string Named(ITargetWrite write, Digest digest) =>
        $"{string.Join('/', World.Registry.All(RepositoryOf(write)).Where(push => push.Digest == digest).Select(push => push.Tag))} ({digest.Short})";

    private static Repository RepositoryOf(ITargetWrite write) => ImageReference.Parse(write.Image).Repository;
}
