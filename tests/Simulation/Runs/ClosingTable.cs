using System.Globalization;
using System.Text;
using CdAutomation.Simulation.Checks;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Runs;

/// <summary>The sum of many runs.</summary>
internal sealed class ClosingTable
{
    private readonly long[] _faults = new long[Enum.GetValues<Fault>().Length];
    private readonly SortedDictionary<string, long> _violations = new(StringComparer.Ordinal);
    private readonly List<RunReport> _failures = [];
    private long _seeds;
    private long _pushes;
    private long _revisions;
    private long _decisions;
    private TimeSpan _virtual;

    public IReadOnlyList<RunReport> Failures => _failures;

    /// <summary>How often each fault was injected.</summary>
    public IReadOnlyDictionary<Fault, long> Faults => Enum.GetValues<Fault>().ToDictionary(fault => fault, fault => _faults[(int)fault]);

    /// <summary>How many runs there were by now.</summary>
    public long Seeds => _seeds;

    /// <summary>All of it in a line.</summary>
    public string SoFar => string.Create(CultureInfo.InvariantCulture, $"{_seeds:N0} seeds, {_pushes:N0} pushes, {_violations.Values.Sum()} invariant violations");

    /// <summary>Adds a run; answers how many pushes there were by now.</summary>
    public long Add(RunReport report)
    {
        (_seeds, _pushes) = (_seeds + 1, _pushes + report.Pushes);
        (_revisions, _decisions, _virtual) = (_revisions + report.Revisions, _decisions + report.Decisions, _virtual + report.Virtual);
        for (var fault = 0; fault < _faults.Length; fault++)
            _faults[fault] += report.Faults[fault];
        foreach (var violation in report.Violations)
            _violations[violation.Checker] = _violations.GetValueOrDefault(violation.Checker) + 1;
        if (report.Violations.Count > 0)
            _failures.Add(report);
        return _pushes;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        void Line(string name, object value) => text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{name,-46} {value,14:N0}"));

        Line("seeds", _seeds);
        Line("pushes", _pushes);
        Line("virtual days", (long)_virtual.TotalDays);
        Line("lines of the journal", _decisions);
        Line("revisions made", _revisions);
        text.AppendLine().AppendLine("faults injected");
        foreach (var fault in Enum.GetValues<Fault>())
            Line($"  {fault}", _faults[(int)fault]);
        text.AppendLine().AppendLine("invariant, and how often it did not hold");
        foreach (var checker in Checker.All())
            Line($"  {checker.Name}", _violations.GetValueOrDefault(checker.Name));
        text.AppendLine();
        Line("lost pushes", _violations.GetValueOrDefault(nameof(EveryPushIsAnswered)));
        Line("duplicate revisions", _violations.GetValueOrDefault(nameof(OneRevisionADigest)));
        Line("invariant violations", _violations.Values.Sum());
        foreach (var failure in _failures.OrderBy(each => each.Seed).Take(20))
            text.AppendLine(CultureInfo.InvariantCulture, $"seed {failure.Seed}: {failure.Violations[0].Checker}: {failure.Violations[0].What}");
        return text.ToString();
    }
}
