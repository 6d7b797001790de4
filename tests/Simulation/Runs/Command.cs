using System.Globalization;
using CdAutomation.Simulation.Planted;

namespace CdAutomation.Simulation.Runs;

/// <summary><c>dotnet run --project tests/Simulation -c Release -- [--pushes N] [--seed FIRST] | --replay SEED | --planted SEEDS</c></summary>
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
                case "--replay": return Replay(value);
                case "--planted": return Planted(value);
                default: return Usage();
            }
        }

        var table = new ClosingTable();
        Seeds.RunUntil(first, report => table.Add(report) >= pushes, Console.Error);
        Console.Write(table);
        return table.Failures.Count == 0 ? 0 : 1;
    }

    private static int Replay(ulong seed)
    {
        var report = SimulatedRun.Of(seed, tell: Console.WriteLine);
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
        Console.Error.WriteLine("Simulation [--pushes N] [--seed FIRST] | --replay SEED | --planted SEEDS; all numbers are whole and not negative.");
        return 2;
    }
}
