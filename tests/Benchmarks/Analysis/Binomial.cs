namespace CdAutomation.Benchmarks.Analysis;

/// <summary>How many of so many independent tries succeed, as a table: for draws with the same parameters again and again.</summary>
internal sealed class Binomial
{
    private readonly double[] _atMost;

    /// <summary>The distribution.</summary>
    /// <param name="tries">Not negative.</param>
    /// <param name="probability">Above 0 and below 1.</param>
    public Binomial(int tries, double probability)
    {
        _atMost = new double[tries + 1];
        var (log, sum) = (tries * Math.Log(1 - probability), 0.0);
        for (var successes = 0; successes <= tries; successes++)
        {
            sum += Math.Exp(log);
            _atMost[successes] = sum;
            log += Math.Log((tries - successes) / (successes + 1.0)) + Math.Log(probability / (1 - probability));
        }
    }

    /// <summary>The probability of so many or fewer.</summary>
    public double AtMost(int successes) => successes < 0 ? 0 : Math.Min(_atMost[successes], 1);

    /// <summary>Draws one number.</summary>
    public int Draw(Chance chance)
    {
        var found = Array.BinarySearch(_atMost, chance.Fraction());
        return Math.Min(found >= 0 ? found : ~found, _atMost.Length - 1);
    }

    /// <summary>
    /// The greatest probability with which so few successes are not yet a surprise: the upper end of Clopper and Pearson's interval.
    /// </summary>
    /// <param name="successes">From 0 to <paramref name="tries"/>.</param>
    /// <param name="tries">Above 0.</param>
    /// <param name="surprise">What is called a surprise, e.g. 0.05.</param>
    public static double UpperBound(int successes, int tries, double surprise)
    {
        if (successes == tries)
            return 1;

        var (low, high) = ((double)successes / tries, 1.0);
        for (var halving = 0; halving < 50 && high - low > 1e-9; halving++)
        {
            var middle = (low + high) / 2;
            if (new Binomial(tries, middle).AtMost(successes) > surprise)
                low = middle;
            else
                high = middle;
        }

        return high;
    }
}
