namespace CdAutomation.Architecture;

/// <summary>What a test found against a rule. All of it is told: who mends one should see the others.</summary>
internal static class Findings
{
    /// <summary>Fails, naming every finding, unless there is none.</summary>
    /// <param name="rule">The rule, as a sentence.</param>
    /// <param name="findings">File and line first, where there is one.</param>
    public static void None(string rule, IEnumerable<string> findings)
    {
        var found = findings.ToList();
        if (found.Count > 0)
            Assert.Fail($"{rule} {found.Count} found:\n  {string.Join("\n  ", found)}");
    }

    /// <summary>Prints the findings, and fails where there are more than there were: the number may only fall.</summary>
    public static void AtMost(int most, string rule, IEnumerable<string> findings)
    {
        var found = findings.ToList();
        TestContext.Out.WriteLine($"{rule} {found.Count} found, at most {most} may be:\n  {string.Join("\n  ", found)}");
        if (found.Count < most)
            TestContext.Out.WriteLine($"Lower the limit to {found.Count}.");
        if (found.Count > most)
            Assert.Fail($"{rule} {found.Count} found, at most {most} may be:\n  {string.Join("\n  ", found)}");
    }
}
