namespace CdAutomation.Domain.Rollouts.Analysis;

/// <summary>
/// Logarithms of the gamma and the beta function, which is all that the evidence needs of special functions. A numerics library would bring
/// native providers and switches read from the process's surroundings, and the domain takes nothing that looks outside.
/// </summary>
internal static class LogGamma
{
    private const double HalfLogTwoPi = 0.918938533204672741780329736406;

    // From here on the series below is exact to the last digits of a double.
    private const double Far = 10;

    /// <summary>ln Γ(z) by Stirling's series (Abramowitz and Stegun, 6.1.41), after Γ(z) = Γ(z + 1) / z has carried it far enough out.</summary>
    /// <param name="z">Above 0.</param>
    public static double Of(double z)
    {
        var passed = 1.0;
        for (; z < Far; z++)
            passed *= z;

        var step = 1 / (z * z);
        var series = (1.0 / 12 - step * (1.0 / 360 - step * (1.0 / 1260 - step * (1.0 / 1680 - step / 1188)))) / z;
        return (z - 0.5) * Math.Log(z) - z + HalfLogTwoPi + series - Math.Log(passed);
    }

    /// <summary>ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b). With arguments up to 10¹² it is right to about 0.01.</summary>
    public static double Beta(double a, double b) => Of(a) + Of(b) - Of(a + b);
}
