using CdAutomation.Simulation.Planted;

namespace CdAutomation.Simulation.Runs;

/// <summary>Runs seeds, each on one thread, as many at a time as there are processors.</summary>
internal static class Seeds
{
    /// <summary>The first seed that shows a bug, or null.</summary>
    public static RunReport? Find(Bug bug, ulong atMost)
    {
        for (ulong seed = 1; seed <= atMost; seed++)
        {
            if (SimulatedRun.Of(seed, bug) is { Violations.Count: > 0 } report)
                return report;
        }

        return null;
    }

    /// <summary>So many seeds from the first one on, each report handed over one at a time.</summary>
    public static void Run(ulong first, int count, Action<RunReport> see)
    {
        // More may have begun when the last one ends; they are beyond what was asked for.
        var seen = 0;
        RunUntil(first, report =>
        {
            if (report.Seed < first + (ulong)count)
            {
                see(report);
                seen++;
            }

            return seen == count;
        });
    }

    /// <summary>Seeds from the first one on until enough is seen.</summary>
    /// <param name="first">The first.</param>
    /// <param name="enough">Is handed every report, one at a time, and says whether it was the last one needed.</param>
    public static void RunUntil(ulong first, Func<RunReport, bool> enough)
    {
        var gate = new Lock();
        var (next, ended) = (first, false);
        Exception? broken = null;
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (broken is not null)
            throw broken;

        void Work()
        {
            while (Take() is { } seed)
            {
                var report = Of(seed);
                if (report is null)
                    return;
                lock (gate)
                    ended |= enough(report);
            }
        }

        RunReport? Of(ulong seed)
        {
            try
            {
                return SimulatedRun.Of(seed);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                lock (gate)
                    (ended, broken) = (true, new InvalidOperationException($"The simulated world itself broke in seed {seed}.", fault));
                return null;
            }
        }

        ulong? Take()
        {
            lock (gate)
                return ended ? null : next++;
        }
    }
}
