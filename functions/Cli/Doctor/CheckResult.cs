using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace CdAutomation.Cli.Doctor;

/// <summary>What was found.</summary>
internal enum CheckState
{
    /// <summary>It was looked at, and is as it should be.</summary>
    [JsonStringEnumMemberName("well")]
    Well,

    /// <summary>It was looked at, and is not.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,

    /// <summary>It could not be looked at.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at, e.g. <c>topic gcr</c>.</param>
/// <param name="State">How it is.</param>
/// <param name="Sentence">What was seen, without a full stop.</param>
/// <param name="Mend">The command that mends it, or that lets the doctor look; null where nothing is to be done.</param>
internal sealed record CheckResult(string Check, CheckState State, string Sentence, string? Mend)
{
    public static CheckResult Well(string check, string sentence) => new(check, CheckState.Well, sentence, null);

    public static CheckResult Broken(string check, string sentence, string mend) => new(check, CheckState.Broken, sentence, mend);

    public static CheckResult Unknown(string check, string sentence, string? mend = null) => new(check, CheckState.Unknown, sentence, mend);
}

/// <summary>All that a doctor found, for machines.</summary>
/// <param name="Place">Where it looked.</param>
/// <param name="Well">How many checks found nothing wrong.</param>
/// <param name="Broken">How many found something wrong.</param>
/// <param name="Unknown">How many could not look.</param>
/// <param name="Checks">Each of them.</param>
internal sealed record DoctorReport(string Place, int Well, int Broken, int Unknown, ImmutableArray<CheckResult> Checks)
{
    public static DoctorReport Of(string place, ImmutableArray<CheckResult> checks) => new(
        place, Count(checks, CheckState.Well), Count(checks, CheckState.Broken), Count(checks, CheckState.Unknown), checks);

    private static int Count(ImmutableArray<CheckResult> checks, CheckState state) => checks.Count(check => check.State == state);
}

/// <summary>Something to look at.</summary>
/// <param name="Name">What.</param>
/// <param name="LookAsync">Looks; what it throws means that it could not.</param>
internal sealed record Examination(string Name, Func<CancellationToken, Task<ImmutableArray<CheckResult>>> LookAsync);
