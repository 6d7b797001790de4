using CdAutomation.Domain.Rollouts.Analysis;
using CsCheck;

namespace CdAutomation.Domain.Tests.Analysis;

public sealed class LogGammaTests
{
    [Test]
    public void Of_whole_numbers_it_is_the_sum_of_logarithms_of_all_below()
    {
        var sum = 0.0;
        for (var n = 1; n <= 5000; n++)
        {
            Assert.That(LogGamma.Of(n), Is.EqualTo(sum).Within(1e-12 * Math.Max(1, sum)), $"{n}");
            sum += Math.Log(n);
        }
    }

    [Test]
    public void Of_a_half_it_is_half_the_logarithm_of_pi() => Assert.That(LogGamma.Of(0.5), Is.EqualTo(Math.Log(Math.PI) / 2).Within(1e-14));

    [Test]
    public void Each_step_adds_a_logarithm() => Gen.Double[0.001, 1e6].Sample(z =>
        Assert.That(LogGamma.Of(z + 1) - LogGamma.Of(z), Is.EqualTo(Math.Log(z)).Within(1e-8)));

    // The duplication formula joins arguments that are far apart: Γ(z) Γ(z + ½) = 2^(1 - 2z) √π Γ(2z).
    [Test]
    public void Doubling_the_argument_agrees() => Gen.Double[0.01, 1000].Sample(z => Assert.That(
        LogGamma.Of(z) + LogGamma.Of(z + 0.5),
        Is.EqualTo((1 - 2 * z) * Math.Log(2) + Math.Log(Math.PI) / 2 + LogGamma.Of(2 * z)).Within(1e-9)));

    [TestCase(1, 1, 1.0)]
    [TestCase(2, 3, 1.0 / 12)]
    [TestCase(0.5, 0.5, Math.PI)]
    public void The_beta_function_is_what_the_tables_say(double a, double b, double value) =>
        Assert.That(Math.Exp(LogGamma.Beta(a, b)), Is.EqualTo(value).Within(1e-12));

    // B(1, b) = 1 / b, whatever is lost between two numbers of 29 million million.
    [Test]
    public void With_the_largest_counts_it_is_still_right_to_a_hundredth() =>
        Assert.That(LogGamma.Beta(1, 1e12), Is.EqualTo(-Math.Log(1e12)).Within(0.01));
}
