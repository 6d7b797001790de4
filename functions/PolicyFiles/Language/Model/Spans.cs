namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>The bounds of spans of time. No policy means more than ten years; the bound keeps sums within what a date can hold.</summary>
internal static class Spans
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Also none at all.</summary>
    public static readonly Form.Duration Any = new(TimeSpan.Zero, Longest);

    /// <summary>Longer than nothing.</summary>
    public static readonly Form.Duration Some = new(TimeSpan.FromMilliseconds(1), Longest);

    /// <summary>As long as somebody who asks can be kept waiting.</summary>
    public static readonly Form.Duration Answer = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));

    /// <summary>A run of a job (run.proto, TaskTemplate.timeout: at most 168 hours).</summary>
    public static readonly Form.Duration Job = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(168));
}
