using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>How one candidate stands at one stage.</summary>
/// <param name="Candidate">Which.</param>
/// <param name="Tag">The tag it stands by, or null.</param>
/// <param name="Outcome">What becomes of it; <see cref="Outcome.Deploying"/> means that nothing stands in its way.</param>
/// <param name="Reason">Why.</param>
/// <param name="Verdicts">What the gates said, when they were asked.</param>
internal sealed record Standing(Candidate Candidate, string? Tag, Outcome Outcome, Reason Reason, ImmutableArray<Verdict> Verdicts)
{
    /// <summary>The gates whose answer is elsewhere and that it is time to ask.</summary>
    public ImmutableArray<string> ToAsk { get; init; } = [];

    /// <summary>Whether its first answers are still to come, so that nobody behind it goes ahead meanwhile.</summary>
    public bool IsBeingAsked => !ToAsk.IsEmpty && Verdicts.Any(verdict => verdict.Reason.Code == AskedGate.Asking);

    public static Standing Of(Candidate candidate, string? tag, Outcome outcome, Reason reason) => new(candidate, tag, outcome, reason, []);

    /// <summary>The next instant at which time alone can change it.</summary>
    public DateTimeOffset? NextLook => Outcome != Outcome.Held ? null : Verdicts
        .Where(verdict => verdict.Finding != Finding.Pass)
        .Select(verdict => verdict.NextLook)
        .Min();

    /// <summary>For people: how it is called here.</summary>
    public string Label => Tag is null ? Candidate.Label : $"{Tag} ({Candidate.Digest.Short})";
}
