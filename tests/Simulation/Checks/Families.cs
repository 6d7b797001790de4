using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

/// <summary>Asks the builds, commits and tags of the simulated world itself which images belong together.</summary>
internal static class Families
{
    /// <summary>Whether all of them bore one tag at some time, or were made by one build, or from one commit.</summary>
    public static bool AreOne(SimulatedWorld world, PipelinePolicy policy, Digest[] digests)
    {
        var first = world.Scenario.Pushes.Where(push => push.After == TimeSpan.Zero && policy.Images.ContainsValue(push.Repository)).Select(push => push.Digest);
        if (digests.Length == 1 || digests.All(first.Contains))
            return true;
        return policy.Match == ReleaseMatch.Tag
            ? world.Scenario.Pushes.GroupBy(push => push.Tag).Any(tag => digests.All(digest => tag.Any(push => push.Digest == digest)))
            : world.Scenario.Builds.GroupBy(build => policy.Match == ReleaseMatch.Build ? build.Id : build.Commit)
                .Any(family => digests.All(digest => family.Any(build => build.Made(digest))));
    }
}
