using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class OneRevisionADigest : Checker
{
    public override string Invariant => "a service gets one revision a digest from us; another one only after what it was told to run came to nothing";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Written { Write: { Revision: { } made, To: { } digest } write })
            return;

        RunRevision[] all = [.. write.Service.Revisions.Values.OrderBy(revision => revision.Body.Name, StringComparer.Ordinal)];
        // What overtook it and then failed leaves the place to it again.
        var others = all.Where((revision, at) => revision.Digest == digest && !revision.ByPerson
            && RunService.ShortName(revision.Body.Name) != made && !all[at..].Any(later => later.IsReady == false)).Count();
        // A higher version put on an image of old is a new release of it.
        var releases = World.Scenario.Pushes.Count(push => push.Digest == digest && Scenarios.Version.Accepted(push.Tag) is not null);
        if (others >= Math.Max(1, releases))
            Violated($"{made} is made of {digest.Short}, of which there are {others} revisions already");
    }
}
