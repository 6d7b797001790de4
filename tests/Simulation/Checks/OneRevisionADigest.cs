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

        var others = write.Service.Revisions.Values.Count(revision =>
            revision.Digest == digest && !revision.ByPerson && RunService.ShortName(revision.Body.Name) != made && !HasFailed(revision));
        // A higher version put on an image of old is a new release of it.
        var releases = World.Scenario.Pushes.Count(push => push.Digest == digest && Scenarios.Version.Accepted(push.Tag) is not null);
        if (others >= Math.Max(1, releases) && !HasFailed(write.Service.Find(write.Before.LatestCreatedRevision)!) && !WasWished(write))
            Violated($"{made} is made of {digest.Short}, of which there are {others} revisions already");
    }

    /// <summary>Whether a person had asked for another image there; what the rules choose comes back after it.</summary>
    private bool WasWished(RunWrite write) => World.Store.Records.Any(record =>
        record.Pipeline == write.Note("pipeline") && record.Stage == write.Note("stage") && record.Actor is not null && record.Reason.Code == "rollout.started");

    private static bool HasFailed(RunRevision revision) => revision.IsReady == false;
}
