using System.Collections.Immutable;

namespace CdAutomation.Benchmarks.Analysis;

/// <summary>Every line of the table: amounts of traffic, canary weights and error rates.</summary>
/// <param name="Runs">Rollouts a line.</param>
/// <param name="Seed">All chance comes out of it.</param>
internal sealed record Grid(int Runs, ulong Seed)
{
    /// <summary>The policy's <c>maxErrorRate</c>.</summary>
    public const decimal MaxErrorRate = 0.01m;

    /// <summary>How long a canary is looked at, once a minute.</summary>
    public const int Minutes = 60;

    /// <summary>
    /// True rates of the stable revision and the canary. Up to the limit the canary is as good as the stable; then it is a regression that the
    /// limit allows, and two that it does not.
    /// </summary>
    private static readonly ImmutableArray<(double Stable, double Canary)> Rates =
        [(0, 0), (0.001, 0.001), (0.01, 0.01), (0.001, 0.01), (0.001, 0.05), (0.001, 0.2)];

    /// <summary>The lines.</summary>
    public ImmutableArray<Cell> Cells { get; init; } =
    [
        .. from rates in Rates
           from weight in (double[])[0.05, 0.5]
           from requests in (int[])[1, 10, 100, 1000, 10_000]
           select new Cell(requests, weight, rates.Stable, rates.Canary),
    ];

    /// <summary>Runs all lines on all cores. Each rollout has chance of its own, so the order in which they are run changes nothing.</summary>
    public ImmutableArray<CellResult> Run() => [.. Cells.Select((cell, line) => CellResult.Of(cell, Rollouts(cell, (ulong)line)))];

    private Rollout[] Rollouts(Cell cell, ulong line)
    {
        var routing = new Binomial(cell.RequestsAMinute, cell.Weight);
        return [.. ParallelEnumerable.Range(0, Runs).AsOrdered().Select(run => Rollout.Of(cell, routing, new Chance(Seed, line << 32 | (uint)run)))];
    }
}
