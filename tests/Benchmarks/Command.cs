using System.Globalization;
using CdAutomation.Benchmarks.Analysis;

namespace CdAutomation.Benchmarks;

/// <summary><c>dotnet run --project tests/Benchmarks -c Release -- analysis [--runs N] [--seed N] [--json]</c></summary>
internal static class Command
{
    private const string Help = """
        Measures on simulated traffic what the documents promise.

        Usage: Benchmarks analysis [--runs N] [--seed N] [--json]

          analysis    how often and how soon a canary is taken back, by our judge and by a plain threshold, on the same traffic
          --runs N    so many rollouts for each line of the table, from 1 to 10000; 1000 without it
          --seed N    all chance comes out of it: the same seed gives the same table on any machine; 1 without it
          --json      the same numbers for scripts
          --help      this

        Exit code: 0; 1 where the judge took back more healthy canaries than it promises; 2 where the command was not understood.
        """;

    private const int RunsMax = 10_000;

    /// <summary>Does what is asked, and returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h" or "help", ..] || args.Contains("--help"))
        {
            output.WriteLine(Help);
            return 0;
        }

        if (args is not ["analysis", ..])
            return Refuse(errors, args.Length == 0 ? "say what to measure" : $"there is no benchmark '{args[0]}'");

        var (runs, seed, json) = (1000, 1UL, false);
        for (var at = 1; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--json": json = true; break;
                case "--runs" or "--seed" when at + 1 == args.Length: return Refuse(errors, $"{args[at]} needs a number");
                case "--runs" when Number(args[at + 1]) is >= 1 and <= RunsMax and var count: (runs, at) = ((int)count, at + 1); break;
                case "--seed" when Number(args[at + 1]) is { } number: (seed, at) = (number, at + 1); break;
                case "--runs" or "--seed": return Refuse(errors, $"'{args[at + 1]}' is nothing that {args[at]} takes");
                default: return Refuse(errors, $"'{args[at]}' was not understood");
            }
        }

        return Measure(new Grid(runs, seed), json, output);
    }

    private static int Measure(Grid grid, bool json, TextWriter output)
    {
        var results = grid.Run();
        if (json)
            GridJson.Write(grid, results, output);
        else
            GridTable.Write(grid, results, output);
        return results.Any(result => result.BreaksThePromise) ? 1 : 0;
    }

    private static ulong? Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int Refuse(TextWriter errors, string why)
    {
        errors.WriteLine($"{why}; --help tells more");
        return 2;
    }
}
