namespace CdAutomation.EndToEnd.Stage;

/// <summary>Figures that a test comes by on its way: told, and never judged, because machines differ.</summary>
internal static class Measured
{
    /// <summary>Writes a line that <c>tests/verify.sh</c> shows at its end.</summary>
    /// <param name="what">What was measured, with its unit.</param>
    public static Task TellAsync(string what) => TestContext.Out.WriteLineAsync($"measured: {what}");
}
