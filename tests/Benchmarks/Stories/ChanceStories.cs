using CdAutomation.Benchmarks.Analysis;

namespace CdAutomation.Benchmarks.Stories;

public sealed class ChanceStories
{
    private const int Draws = 20_000;

    /// <summary>Both ways to draw follow the table, at each of its steps: Kolmogorov's distance is not above what 1 of 1000 fixed seeds would show.</summary>
    [TestCase(20, 0.3)]
    [TestCase(100, 0.01)]
    [TestCase(1, 0.5)]
    [TestCase(500, 0.9)]
    public void Successes_are_distributed_as_they_should_be(int tries, double probability)
    {
        var table = new Binomial(tries, probability);
        var chance = new Chance(1, 1);
        foreach (var draw in (Func<int>[])[() => chance.Successes(tries, probability), () => table.Draw(chance)])
        {
            var counts = new int[tries + 1];
            for (var at = 0; at < Draws; at++)
                counts[draw()]++;

            double seen = 0, distance = 0;
            for (var successes = 0; successes <= tries; successes++)
            {
                seen += counts[successes] / (double)Draws;
                distance = Math.Max(distance, Math.Abs(seen - table.AtMost(successes)));
            }

            Assert.That(distance, Is.LessThan(1.95 / Math.Sqrt(Draws)));
        }
    }

    [Test]
    public void What_never_or_always_happens_does()
    {
        var chance = new Chance(1, 1);
        Assert.That((chance.Successes(1000, 0), chance.Successes(1000, 1), chance.Successes(0, 0.5)), Is.EqualTo((0, 1000, 0)));
    }

    [Test]
    public void The_table_is_what_can_be_computed_by_hand()
    {
        var table = new Binomial(3, 0.25);
        Assert.That(table.AtMost(-1), Is.Zero);
        Assert.That(table.AtMost(0), Is.EqualTo(27.0 / 64).Within(1e-12));
        Assert.That(table.AtMost(1), Is.EqualTo(54.0 / 64).Within(1e-12));
        Assert.That(table.AtMost(3), Is.EqualTo(1).Within(1e-12));
    }

    // Without a success: 1 - 0.05^(1/n). With k of n the values of Clopper and Pearson's tables.
    [TestCase(0, 100, 0.02951)]
    [TestCase(0, 1000, 0.00299)]
    [TestCase(5, 10, 0.77756)]
    [TestCase(10, 10, 1)]
    public void The_upper_bound_is_the_one_of_the_tables(int successes, int tries, double bound) =>
        Assert.That(Binomial.UpperBound(successes, tries, 0.05), Is.EqualTo(bound).Within(1e-5));
}
