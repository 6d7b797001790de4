using System.Collections.Immutable;

namespace CdAutomation.Benchmarks.ColdStart;

/// <summary>
/// Cold starts without telemetry and with it, in pairs that follow each other, so that what else the machine does meanwhile weighs on both. The first
/// pair, which finds nothing in the caches of the machine, is not counted.
/// </summary>
/// <param name="Without">Milliseconds, one a pair.</param>
/// <param name="With">Milliseconds, one a pair.</param>
internal sealed record Pairs(ImmutableArray<double> Without, ImmutableArray<double> With)
{
    /// <summary>Nobody listens there: what is sent is lost in the background, as where a collector is down.</summary>
    private static readonly Uri Nobody = new("http://127.0.0.1:9");

    /// <summary>With by without, one a pair.</summary>
    public ImmutableArray<double> Ratios => [.. Without.Zip(With, (without, with) => with / without)];

    public static async Task<Pairs> MeasureAsync(FunctionProgram program, int runs, TextWriter progress)
    {
        var (without, with) = (ImmutableArray.CreateBuilder<double>(), ImmutableArray.CreateBuilder<double>());
        for (var run = 0; run <= runs; run++)
        {
            // Each comes first in every other pair.
            foreach (var telemetry in run % 2 == 0 ? new[] { false, true } : [true, false])
            {
                var took = await program.StartAsync(telemetry ? Nobody : null);
                if (run > 0)
                    (telemetry ? with : without).Add(took.TotalMilliseconds);
            }

            if (run % 10 == 0 && run > 0)
                await progress.WriteLineAsync($"{run} of {runs} pairs");
        }

        return new(without.ToImmutable(), with.ToImmutable());
    }

    /// <summary>The value that a share of all values is at most.</summary>
    /// <param name="values">Any order, not empty.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Quantile(ImmutableArray<double> values, double share)
    {
        var sorted = values.Sort();
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
