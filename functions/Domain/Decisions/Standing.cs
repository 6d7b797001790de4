using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>How one release, or what there is of it, stands at one stage.</summary>
/// <param name="Offer">Which.</param>
/// <param name="Outcome">What becomes of it; <see cref="Outcome.Deploying"/> means that nothing stands in its way.</param>
/// <param name="Reason">Why.</param>
/// <param name="Verdicts">What the gates said, when they were asked.</param>
internal sealed record Standing(Offer Offer, Outcome Outcome, Reason Reason, ImmutableArray<Verdict> Verdicts)
{
    /// <summary>The gates whose answer is elsewhere and that it is time to ask, each about one image.</summary>
    public ImmutableArray<ToAsk> ToAsk { get; init; } = [];

    /// <summary>When time alone changes it, besides what its verdicts say.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether its first answers are still to come, so that nobody behind it goes ahead meanwhile.</summary>
    public bool IsBeingAsked => !ToAsk.IsEmpty && Verdicts.Any(verdict => verdict.Reason.Code == AskedGate.Asking);

    public static Standing Of(Offer offer, Outcome outcome, Reason reason) => new(offer, outcome, reason, []);

    /// <summary>The next instant at which time alone can change it.</summary>
    public DateTimeOffset? NextLook => Outcome != Outcome.Held ? null : Verdicts
        .Where(verdict => verdict.Finding != Finding.Pass)
        .Select(verdict => verdict.NextLook)
        .Append(Until)
        .Min();

    /// <summary>For people: how it is called here.</summary>
    public string Label => Offer.Label;
}

/// <summary>A question to a gate whose answer is elsewhere.</summary>
/// <param name="Gate">The gate's name.</param>
/// <param name="Candidate">About what.</param>
internal sealed record ToAsk(string Gate, Candidate Candidate);
