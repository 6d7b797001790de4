using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;
using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.Checks;

internal sealed class TrafficIsWhole : Checker
{
    public override string Invariant => "traffic always sums to 100, and never points at a revision that was not ready";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.Written { Write: var write }:
                Check(write.Service, write.Sent.Traffic.Select(entry => (entry.Revision, entry.Percent, entry.Type)), "is told to");
                break;
            case Fact.Served served:
                Check(served.Service, served.Service.Body.TrafficStatuses.Select(entry => (entry.Revision, entry.Percent, TrafficTargetAllocationType.Revision)), "does");
                break;
        }
    }

    private void Check(RunService service, IEnumerable<(string Revision, int Percent, TrafficTargetAllocationType Type)> traffic, string how)
    {
        var entries = traffic.ToArray();
        var name = RunService.ShortName(service.Name);
        if (entries.Length > 0 && entries.Sum(entry => entry.Percent) is not 100 and var sum)
            Violated($"{name} {how} serve {sum} percent");
        foreach (var entry in entries.Where(entry => entry.Type == TrafficTargetAllocationType.Revision && entry.Percent > 0))
        {
            if (service.Find(entry.Revision) is not { IsReady: true })
                Violated($"{name} {how} serve {entry.Percent} percent by {entry.Revision}, which is not ready");
        }
    }
}
