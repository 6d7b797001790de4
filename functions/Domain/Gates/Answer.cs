namespace CdAutomation.Domain.Gates;

/// <summary>What was answered to a gate that is asked elsewhere, when somebody last asked.</summary>
/// <param name="Finding">The answer.</param>
/// <param name="Reason">Why, with what was looked at.</param>
/// <param name="RetryAfter">When to ask again, if whoever answered says so; null leaves it to us.</param>
public sealed record Answer(Finding Finding, Reason Reason, TimeSpan? RetryAfter = null);
