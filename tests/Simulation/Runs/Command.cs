using System.Globalization;
using CdAutomation.Simulation.Planted;

namespace CdAutomation.Simulation.Runs;

/// <summary><c>dotnet run --project tests/Simulation -c Release -- [--pushes N] [--seed FIRST] | --replay SEED | --plain SEED | --planted SEEDS</c></summary>
internal static class Command
{
    public static int Run(string[] args)
    {
        long pushes = 1_000_000;
        ulong first = 1;
        for (var at = 0; at < args.Length; at += 2)
        {
            if (at + 1 == args.Length || !ulong.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return Usage();
            switch (args[at])
            {
                case "--pushes": pushes = (long)Math.Min(value, long.MaxValue); break;
                case "--seed": first = value; break;
                case "--replay": return Replay(value, isPlain: false);
                case "--plain": return Replay(value, isPlain: true);
                case "--planted": return Planted(value);
                default: return Usage();
            }
        }

        return Pushes(pushes, first);
    }

    /// <summary>Runs seeds until so many tags were pushed, or until Ctrl+C: then what was seen by then is told.</summary>
    private static int Pushes(long pushes, ulong first)
    {
        var (table, stopped) = (new ClosingTable(), false);
        Console.CancelKeyPress += (_, key) => (key.Cancel, stopped) = (true, true);
        Seeds.RunUntil(first, report =>
        {
            var pushed = table.Add(report);
            if (report.Violations.Count > 0 || table.Seeds % 1000 == 0)
                Console.Error.WriteLine(report.Violations.Count > 0 ? $"seed {report.Seed}: {report.Violations[0].Checker}; {table.SoFar}" : table.SoFar);
            return stopped || pushed >= pushes;
        });
        Console.Write(table);
        return table.Failures.Count > 0 ? 1 : stopped ? 130 : 0;
    }

    private static int Replay(ulong seed, bool isPlain)
    {
        var report = SimulatedRun.Of(seed, tell: Console.WriteLine, isPlain: isPlain);
        foreach (var violation in report.Violations)
            Console.WriteLine($"VIOLATION {violation.At:HH:mm:ss.fff} {violation.Checker}: {violation.What}");
        Console.WriteLine($"seed {seed}: trace {report.TraceHash:x16}, {report.Violations.Count} violations");
        return report.Violations.Count == 0 ? 0 : 1;
    }

    /// <summary>The table of planted bugs, each with the checker and the seed that found it.</summary>
    private static int Planted(ulong atMost)
    {
        var missed = 0;
        foreach (var bug in Bug.All)
        {
            var found = Seeds.Find(bug, atMost);
            missed += found is null ? 1 : 0;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{bug.Name,-32} {found?.Violations[0].Checker ?? "NOT FOUND",-22} {$"seed {found?.Seed}",-10} {bug.Mistake}"));
        }

        return missed;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("Simulation [--pushes N] [--seed FIRST] | --replay SEED | --plain SEED | --planted SEEDS; all numbers are whole and not negative.");
        return 2;
    }
}
