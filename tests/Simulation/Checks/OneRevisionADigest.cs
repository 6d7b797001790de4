using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

internal sealed class OneRevisionADigest : Checker
{
    public override string Invariant => "a service gets one revision a digest from us; another one only after what it was told to run came to nothing";

    private readonly Intentions _intentions = new();
    private readonly HashSet<string> _back = new(StringComparer.Ordinal);

    public override void See(Fact fact)
    {
        _intentions.See(fact);
        // What somebody put there instead may be followed by what ran before it.
        if (fact is Fact.Edited { Write: var edited } && edited.From != edited.To)
            _back.UnionWith(edited.Service.Revisions.Keys);
        if (fact is not Fact.Written { Write: { Revision: { } made } write })
            return;
        // After the way back it is free to be tried again what had been overtaken.
        if (_intentions.IsWayBack(write) || write.To is not { } digest)
        {
            foreach (var name in write.Service.Revisions.Keys)
                _back.Add(name);
            return;
        }

        RunRevision[] all = [.. write.Service.Revisions.Values.OrderBy(revision => revision.Body.Name, StringComparer.Ordinal)];
        // What overtook it and then failed leaves the place to it again.
        var others = all.Where((revision, at) => revision.Digest == digest && !revision.ByPerson && !_back.Contains(RunService.ShortName(revision.Body.Name))
            && RunService.ShortName(revision.Body.Name) != made && !all[at..].Any(later => later.IsReady == false)).Count();
        // A higher version put on an image of old is a new release of it.
        var releases = World.Scenario.Pushes.Count(push => push.Digest == digest && Scenarios.Version.Accepted(push.Tag) is not null);
        if (others >= Math.Max(1, releases))
            Violated($"{made} is made of {digest.Short}, of which there are {others} revisions already");
    }
}
