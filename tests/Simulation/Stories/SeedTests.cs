using CdAutomation.Simulation.Runs;

namespace CdAutomation.Simulation.Stories;

public sealed class SeedTests
{
    private const int SeedsABlock = 1_000;

    /// <summary>Ten thousand seeds in CI; fewer on a desk, where somebody waits. In blocks, so that none looks like a test that hangs.</summary>
    private static readonly int Blocks = Environment.GetEnvironmentVariable("CI") == "true" ? 10 : 1;

    [TestCaseSource(nameof(Firsts))]
    public void No_invariant_is_violated_in_a_thousand_seeds_from(int first)
    {
        var table = new ClosingTable();
        Seeds.Run((ulong)first, SeedsABlock, report => table.Add(report));

        TestContext.Out.WriteLine(table);
        Assert.That(table.Failures, Is.Empty, table.ToString());
    }

    [TestCaseSource(typeof(SeedFile), nameof(SeedFile.Read))]
    public void A_seed_that_failed_once_never_fails_again((ulong Seed, bool IsPlain) once) =>
        Assert.That(SimulatedRun.Of(once.Seed, isPlain: once.IsPlain).Violations, Is.Empty);

    [Test]
    public void The_same_seed_gives_the_same_run_on_another_thread([Range(1, 20)] int seed)
    {
        var first = SimulatedRun.Of((ulong)seed);
        RunReport? second = null;
        var thread = new Thread(() => second = SimulatedRun.Of((ulong)seed));
        thread.Start();
        thread.Join();

        Assert.That(second!.TraceHash, Is.EqualTo(first.TraceHash));
        Assert.That(second.Faults, Is.EqualTo(first.Faults));
        Assert.That(second.Virtual, Is.EqualTo(first.Virtual));
    }

    [Test]
    public void Another_seed_gives_another_run() =>
        Assert.That(Enumerable.Range(1, 50).Select(seed => SimulatedRun.Of((ulong)seed).TraceHash), Is.Unique);

    [Test]
    public void Every_kind_of_fault_is_injected_often_enough_to_matter()
    {
        var table = new ClosingTable();
        Seeds.Run(1, 200, report => table.Add(report));
        Assert.That(table.Faults.Where(fault => fault.Value < 5), Is.Empty);
    }

    private static IEnumerable<int> Firsts() => Enumerable.Range(0, Blocks).Select(block => 1 + (block * SeedsABlock));
}
