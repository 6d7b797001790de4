using CdAutomation.Simulation.Checks;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Planted;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Runs;

/// <summary>What came of one seed.</summary>
/// <param name="Seed">The seed; it gives this report again, on any machine.</param>
/// <param name="TraceHash">Of everything that happened.</param>
/// <param name="Pushes">How many tags were pushed.</param>
/// <param name="Faults">How often each fault struck, by <see cref="Fault"/>.</param>
/// <param name="Revisions">How many revisions workers made.</param>
/// <param name="Decisions">How many lines the journal has.</param>
/// <param name="Virtual">How long it took, by the virtual clock.</param>
/// <param name="Violations">Every invariant that did not hold.</param>
internal sealed record RunReport(
    ulong Seed,
    ulong TraceHash,
    int Pushes,
    IReadOnlyList<long> Faults,
    int Revisions,
    int Decisions,
    TimeSpan Virtual,
    IReadOnlyList<Violation> Violations);

/// <summary>One seed, from the first push to rest.</summary>
internal static class SimulatedRun
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Runs a seed.</summary>
    /// <param name="seed">All chance of the run.</param>
    /// <param name="bug">A bug to plant into the workers; null for none.</param>
    /// <param name="tell">Is told every fact, for whoever looks for the cause of a violation.</param>
    /// <param name="isPlain">Whether the seed is run as it was before anything was added to scenarios (<see cref="Scenarios.Additions"/>).</param>
    public static RunReport Of(ulong seed, Bug? bug = null, Action<string>? tell = null, bool isPlain = false)
    {
        var context = SynchronizationContext.Current;
        // With a context of somebody else's, what is awaited would go on in its own time.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return Run(seed, isPlain, bug ?? Bug.None, tell);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static RunReport Run(ulong seed, bool isPlain, Bug bug, Action<string>? tell)
    {
        var checkers = Checker.All();
        var history = new History(checkers, tell);
        var world = new SimulatedWorld(seed, !isPlain, bug, history);
        foreach (var checker in checkers)
            checker.Begin(world);
        world.Begin();

        var atRest = false;
        world.Clock.After(world.Scenario.End + Minute, world.Weather.Calm);
        Tick();
        // Of a planted bug the first trace is enough.
        while (!atRest && world.Clock.Step() && (bug == Bug.None || checkers.All(checker => checker.Violations.Count == 0)))
        {
        }

        if (atRest)
        {
            foreach (var checker in checkers)
                checker.End();
        }

        return new(
            seed,
            history.TraceHash,
            world.Scenario.Pushes.Length,
            world.Weather.Counts,
            world.Run.Services.Sum(service => service.Revisions.Values.Count(revision => !revision.ByPerson)),
            world.Store.Records.Count,
            world.Clock.Now - Scenarios.Scenario.Start,
            [.. checkers.SelectMany(checker => checker.Violations)]);

        void Tick() => world.Clock.After(Minute, () =>
        {
            atRest = world.Weather.IsCalm && (Rest.Unrest(world) is null || world.Clock.Now - Scenarios.Scenario.Start > world.Scenario.End + Rest.Longest);
            if (atRest)
                return;
            world.Fleet.Do(worker => worker.TickAsync(), _ => { });
            Tick();
        });
    }
}
