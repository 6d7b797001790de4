namespace CdAutomation.Domain.Gates;

/// <summary>What a gate found.</summary>
public enum Finding
{
    /// <summary>Nothing stands in the way.</summary>
    Pass,

    /// <summary>Not now; it can change by itself.</summary>
    Hold,

    /// <summary>Nobody could look. Never a pass.</summary>
    Unknown,

    /// <summary>No, and waiting does not help.</summary>
    Reject,
}

/// <summary>A gate's answer about one release at one stage.</summary>
/// <param name="Gate">The gate's name in the policy.</param>
/// <param name="Finding">The answer.</param>
/// <param name="Reason">Why, with the numbers used.</param>
/// <param name="NextLook">The next instant at which time alone can change the answer; null where only an event can.</param>
public sealed record Verdict(string Gate, Finding Finding, Reason Reason, DateTimeOffset? NextLook = null);
