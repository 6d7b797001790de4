using System.Collections.Immutable;
using CdAutomation.Benchmarks.Analysis;

namespace CdAutomation.Benchmarks.Stories;

public sealed class GridStories
{
    private static ImmutableArray<CellResult> Run(int runs, ulong seed, params Cell[] cells) => new Grid(runs, seed) { Cells = [.. cells] }.Run();

    [Test]
    public void The_grid_holds_each_amount_of_traffic_weight_and_error_rate()
    {
        var cells = new Grid(1, 1).Cells;
        Assert.That(cells, Is.Unique.And.Length.EqualTo(60));
        Assert.That(cells.Select(it => it.RequestsAMinute).Distinct(), Is.EqualTo(new[] { 1, 10, 100, 1000, 10_000 }));
        Assert.That(cells.Select(it => it.Weight).Distinct(), Is.EqualTo(new[] { 0.05, 0.5 }));
        Assert.That(cells.Select(it => it.CanaryErrors).Distinct(), Is.EqualTo(new[] { 0, 0.001, 0.01, 0.05, 0.2 }));
        Assert.That(cells.Where(it => it.IsHarmless).Select(it => it.CanaryErrors).Distinct(), Is.EqualTo(new[] { 0, 0.001, 0.01 }));
    }

    [Test]
    public void On_the_same_harmless_traffic_the_threshold_takes_back_nearly_all_and_the_judge_nearly_none()
    {
        var line = Run(60, 1, new Cell(100, 0.5, 0.01, 0.01)).Single();
        Assert.That(line.Ours.TakenBack, Is.LessThanOrEqualTo(2));
        Assert.That(line.Threshold.TakenBack, Is.GreaterThanOrEqualTo(50));
        Assert.That(line.BreaksThePromise, Is.False);
        Assert.That(line.Ours.TakenBack + line.Healthy + line.Inconclusive, Is.EqualTo(60));
    }

    [Test]
    public void Heavy_harm_is_found_as_soon_as_the_metrics_show_a_minute_of_it()
    {
        var line = Run(20, 1, new Cell(1000, 0.5, 0.001, 0.2)).Single();
        Assert.That((line.Ours.TakenBack, line.Ours.MedianMinute), Is.EqualTo((20, 4)));
        Assert.That((line.Threshold.TakenBack, line.Threshold.MedianMinute), Is.EqualTo((20, 4)));
    }

    [Test]
    public void With_a_request_a_minute_an_hour_is_not_enough_to_call_anything_healthy()
    {
        var line = Run(20, 1, new Cell(1, 0.05, 0, 0)).Single();
        Assert.That((line.Healthy, line.Inconclusive), Is.EqualTo((0, 20)));
    }

    [Test]
    public void More_traffic_is_not_slower_to_find_the_same_harm()
    {
        var lines = Run(30, 1, new Cell(100, 0.05, 0.001, 0.2), new Cell(1000, 0.05, 0.001, 0.2), new Cell(10_000, 0.05, 0.001, 0.2));
        Assert.That(lines.Select(it => it.Ours.MedianMinute!.Value), Is.Ordered.Descending);
        Assert.That(lines[0].Ours.MedianMinute, Is.GreaterThan(lines[2].Ours.MedianMinute!.Value));
    }

    [Test]
    public void The_same_seed_gives_the_same_table_and_another_another()
    {
        Cell[] cells = [new(10, 0.5, 0.001, 0.05), new(100, 0.05, 0.001, 0.05)];
        var first = Run(40, 7, cells);
        Assert.That(Run(40, 7, cells), Is.EqualTo(first));
        Assert.That(Run(40, 8, cells), Is.Not.EqualTo(first));
    }

    [TestCase(0, false)]
    [TestCase(20, false)]
    [TestCase(40, true)]
    public void More_false_rollbacks_than_can_be_chance_break_the_promise(int takenBack, bool broken)
    {
        var tally = new Tally(takenBack, 1000, null);
        Assert.That(new CellResult(new Cell(1, 0.5, 0, 0), tally, tally, tally, 0, 0).BreaksThePromise, Is.EqualTo(broken));
        Assert.That(new CellResult(new Cell(1, 0.5, 0, 0.2), tally, tally, tally, 0, 0).BreaksThePromise, Is.False);
    }

    [Test]
    public void The_median_counts_those_that_are_never_taken_back()
    {
        Assert.That(Tally.Of([9, null, 5, 7]), Is.EqualTo(new Tally(3, 4, 7)));
        Assert.That(Tally.Of([9, null, null, 7]), Is.EqualTo(new Tally(2, 4, 9)));
        Assert.That(Tally.Of([9, null, null]), Is.EqualTo(new Tally(1, 3, null)));
    }

    [TestCase(0, 0, 1, false)]
    [TestCase(2, 0, 1, false)]
    [TestCase(100, 1, 1, false)]
    [TestCase(99, 1, 1, true)]
    [TestCase(3, 1, 1, true)]
    [TestCase(3, 1, 100, false)]
    public void The_plain_rule_takes_back_what_is_above_the_limit_in_its_window(int requests, int errors, int least, bool back) =>
        Assert.That(new ThresholdRule(least).TakesBack(new Counts(requests, errors)), Is.EqualTo(back));
}
