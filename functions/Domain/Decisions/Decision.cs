using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>What should be true next, with the effects owed inside it, and why. Deciding does nothing.</summary>
/// <param name="Next">The state to keep.</param>
/// <param name="Records">What the journal is told, in order.</param>
public sealed record Decision(PipelineState Next, ImmutableArray<DecisionRecord> Records);

/// <summary>What became of an image.</summary>
public enum Outcome
{
    /// <summary>It changes nothing, and never will by itself.</summary>
    Ignored,

    /// <summary>It waits; the record says for what.</summary>
    Held,

    /// <summary>A rule says no.</summary>
    Refused,

    /// <summary>A newer image went ahead of it.</summary>
    Superseded,

    /// <summary>It is being rolled out.</summary>
    Deploying,

    /// <summary>It would be rolled out, if the policy were in force and not only in its shadow mode.</summary>
    WouldDeploy,

    /// <summary>It serves.</summary>
    Deployed,

    /// <summary>It did not come up, or did not do well.</summary>
    Failed,

    /// <summary>It was taken back, or gone back to.</summary>
    RolledBack,

    /// <summary>Somebody's word counts from now on.</summary>
    Said,

    /// <summary>Somebody who is told of outcomes does not take this one, and telling it again would not help.</summary>
    Untold,
}

/// <summary>One line of the journal: what was decided of one image, under which policy, and why.</summary>
/// <param name="Id">Stable: deciding the same thing for the same cause twice gives the same id.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Stage">Name of the stage; null where the question never came to one.</param>
/// <param name="At">When.</param>
/// <param name="Commit">The policy commit.</param>
/// <param name="Cause">The event's key, or the tick.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Image">Which image, by repository.</param>
/// <param name="Tag">Its tag, where it has one.</param>
/// <param name="Digest">Its digest, where it is known.</param>
/// <param name="Verdicts">What each gate said, when they were asked.</param>
/// <param name="Reason">The answer.</param>
/// <param name="Actor">Who asked, where a person did.</param>
/// <param name="NextLook">The next instant at which time alone can change it.</param>
public sealed record DecisionRecord(
    string Id,
    string Pipeline,
    string? Stage,
    DateTimeOffset At,
    string Commit,
    string Cause,
    Outcome Outcome,
    Repository? Image,
    string? Tag,
    Digest? Digest,
    ImmutableArray<Verdict> Verdicts,
    Reason Reason,
    string? Actor,
    DateTimeOffset? NextLook)
{
    /// <summary>Whether the policy was in its shadow mode, so that nothing outside follows from this.</summary>
    public bool Shadow { get; init; }

    /// <summary>Where what led to this is traced; null where nobody traces.</summary>
    public string? Origin { get; init; }
}
