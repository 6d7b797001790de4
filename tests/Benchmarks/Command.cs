using System.Globalization;
using CdAutomation.Benchmarks.Analysis;
using CdAutomation.Benchmarks.ColdStart;

namespace CdAutomation.Benchmarks;

/// <summary><c>dotnet run --project tests/Benchmarks -c Release -- analysis | coldstart</c>, each with options of its own.</summary>
internal static class Command
{
    private const string Help = """
        Measures what the documents promise.

        Usage: Benchmarks analysis [--runs N] [--seed N] [--json]
               Benchmarks coldstart [--runs N] [--program FILE] [--json]

          analysis        how often and how soon a canary is taken back, by our judge and by a plain threshold, on the same simulated traffic
          --runs N        so many rollouts for each line of the table, from 1 to 10000; 1000 without it
          --seed N        all chance comes out of it: the same seed gives the same table on any machine; 1 without it

          coldstart       what telemetry adds to the time from the start of a function's process to its first answer
          --runs N        so many pairs of starts, without it and with it, from 1 to 10000; 30 without it
          --program FILE  the published program, e.g. a native one; without it the one that was built with this, on the runtime

          --json          the same numbers for scripts
          --help          this

        Exit code: 0; 1 where the judge took back more healthy canaries than it promises, or the program did not start; 2 where the command was not
        understood.
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

        var starts = args is ["coldstart", ..];
        if (!starts && args is not ["analysis", ..])
            return Refuse(errors, args.Length == 0 ? "say what to measure" : $"there is no benchmark '{args[0]}'");

        var (runs, seed, json, program) = (starts ? 30 : 1000, 1UL, false, FunctionProgram.Built);
        for (var at = 1; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--json": json = true; break;
                case "--runs" or "--seed" or "--program" when at + 1 == args.Length: return Refuse(errors, $"{args[at]} needs a value");
                case "--runs" when Number(args[at + 1]) is >= 1 and <= RunsMax and var count: (runs, at) = ((int)count, at + 1); break;
                case "--seed" when !starts && Number(args[at + 1]) is { } number: (seed, at) = (number, at + 1); break;
                case "--program" when starts && File.Exists(args[at + 1]): (program, at) = (new([args[at + 1]]), at + 1); break;
                case "--runs" or "--seed" or "--program": return Refuse(errors, $"'{args[at + 1]}' is nothing that {args[at]} takes here");
                default: return Refuse(errors, $"'{args[at]}' was not understood");
            }
        }

        return starts ? MeasureAsync(program, runs, json, output, errors).GetAwaiter().GetResult() : Measure(new Grid(runs, seed), json, output);
    }

    private static async Task<int> MeasureAsync(FunctionProgram program, int runs, bool json, TextWriter output, TextWriter errors)
    {
        try
        {
            var pairs = await Pairs.MeasureAsync(program, runs, errors);
            if (json)
                PairsReport.WriteJson(program, pairs, output);
            else
                PairsReport.WriteTable(program, pairs, output);
            return 0;
        }
        catch (Exception fault) when (fault is InvalidOperationException or OperationCanceledException or HttpRequestException or System.ComponentModel.Win32Exception)
        {
            errors.WriteLine($"{program.Name} could not be measured: {fault.Message}");
            return 1;
        }
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
