using System.Globalization;
using CdAutomation.Simulation.Planted;
using CdAutomation.Simulation.Runs;

namespace CdAutomation.Simulation.Stories;

/// <summary>A checker that never bites proves nothing.</summary>
public sealed class PlantedTests
{
    private const ulong SeedsAtMost = 10_000;

    [TestCaseSource(nameof(Names))]
    public void A_planted_bug_is_found(string name)
    {
        var bug = Bug.All.Single(each => each.Name == name);
        var report = Seeds.Find(bug, SeedsAtMost);
        Assert.That(report, Is.Not.Null, $"{bug.Mistake}: not found within {SeedsAtMost} seeds");
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{bug.Name,-34} {report!.Violations[0].Checker,-24} seed {report.Seed,5}: {bug.Mistake}"));
    }

    private static IEnumerable<string> Names() => Bug.All.Select(bug => bug.Name);
}
