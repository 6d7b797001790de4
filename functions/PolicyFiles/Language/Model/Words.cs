using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>The words of the language that stand for values of the domain.</summary>
internal static class Words
{
    public static readonly Vocabulary<PolicyMode> Modes =
        new(("enforce", PolicyMode.Enforce), ("shadow", PolicyMode.Shadow), ("off", PolicyMode.Off));

    public static readonly Vocabulary<ReleaseMatch> Matches =
        new(("tag", ReleaseMatch.Tag), ("build", ReleaseMatch.Build), ("commit", ReleaseMatch.Commit));

    public static readonly Vocabulary<Level> Levels =
        new(("all", Level.All), ("major", Level.Major), ("minor", Level.Minor), ("patch", Level.Patch));

    public static readonly Vocabulary<Order> Orders = new(("asc", Order.Asc), ("desc", Order.Desc));

    public static readonly Vocabulary<OnNewer> OnNewer =
        new(("replace", Domain.Policies.OnNewer.Replace), ("finish", Domain.Policies.OnNewer.Finish), ("queue", Domain.Policies.OnNewer.Queue));

    /// <summary>Whether an analysis only watches.</summary>
    public static readonly Vocabulary<bool> AnalysisModes = new(("enforce", false), ("observe", true));

    public static readonly Vocabulary<WindowKind> WindowKinds = new(("allow", WindowKind.Allow), ("deny", WindowKind.Deny));

    // Monday first: the order in which ranges such as mon-thu run.
    public static readonly Vocabulary<DayOfWeek> Days = new(
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
        ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday));

    public static readonly Vocabulary<Severity> Severities = new(
        ("MINIMAL", Severity.Minimal), ("LOW", Severity.Low), ("MEDIUM", Severity.Medium), ("HIGH", Severity.High),
        ("CRITICAL", Severity.Critical));

    public static readonly Vocabulary<Finding> Findings =
        new(("pass", Finding.Pass), ("hold", Finding.Hold), ("unknown", Finding.Unknown), ("reject", Finding.Reject));

    public static readonly Vocabulary<ExpectedVerdict> Verdicts = new(
        ("pass", ExpectedVerdict.Pass), ("hold", ExpectedVerdict.Hold), ("unknown", ExpectedVerdict.Unknown),
        ("reject", ExpectedVerdict.Reject), ("ignored", ExpectedVerdict.Ignored));

    // The statuses with which a build ends (cloudbuild.proto, Build.Status); a gate on an unfinished build would never know its answer.
    public static readonly Form.Words EndStatuses = new(["SUCCESS", "FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED"]);

    /// <summary>Those, and the ones before the end: a test may tell of a build that still runs.</summary>
    public static readonly Form.Words Statuses = new([.. EndStatuses.All, "PENDING", "QUEUED", "WORKING"]);
}
