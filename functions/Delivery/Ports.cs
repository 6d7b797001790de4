using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Delivery;

/// <summary>The registries images are pushed to. Not being able to look is an answer, never an exception.</summary>
public interface IRegistry
{
    /// <summary>Which digest a tag, or a digest by itself, names now.</summary>
    /// <param name="repository">Where to look.</param>
    /// <param name="reference">A tag, or <c>sha256:…</c>.</param>
    /// <param name="cancellation">Stops the look.</param>
    Task<TagLookup> ResolveAsync(Repository repository, string reference, CancellationToken cancellation);

    /// <summary>Every tag of a repository.</summary>
    Task<TagListing> ListAsync(Repository repository, CancellationToken cancellation);
}

/// <summary>What takes images. Not being able to look is an answer, never an exception.</summary>
public interface ITargets
{
    /// <summary>What the target runs now.</summary>
    Task<TargetView> ReadAsync(Target target, CancellationToken cancellation);

    /// <summary>Makes the target run the image and waits, within a budget of the adapter's, until it is seen to. Doing it twice equals doing it once.</summary>
    /// <param name="order">What is owed.</param>
    /// <param name="stillWanted">
    /// Asked after each read of the target and before the write that the read's etag guards: a later decision may have taken the order back.
    /// In this order nothing stale can overwrite what came later.
    /// </param>
    /// <param name="cancellation">Stops the wait; what was begun goes on.</param>
    Task<StepResult> ApplyAsync(Effect.Apply order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation);
}

/// <summary>Whoever answers the gates that are asked elsewhere. Not being able to look is an answer, never an exception.</summary>
public interface IAskGates
{
    /// <summary>Asks. The answer is Unknown where nobody could look, never a pass.</summary>
    Task<Answer> AskAsync(GateQuestion question, CancellationToken cancellation);
}

/// <summary>Where outcomes are told.</summary>
public interface IAnnounce
{
    /// <summary>Tells subscribers, at least once.</summary>
    Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation);
}

/// <summary>Reads policy files; a host joins it to the room that can.</summary>
public interface IReadPolicies
{
    /// <summary>The policies, or every problem.</summary>
    (PolicySet? Policies, ImmutableArray<string> Problems) Read(PolicyBundle bundle);
}

/// <summary>The policy files of one commit.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Source">Where it came from, for people.</param>
/// <param name="ActivatedAt">When it came into force.</param>
/// <param name="Files">Path and text of each.</param>
public sealed record PolicyBundle(string Commit, string Source, DateTimeOffset ActivatedAt, ImmutableArray<PolicyText> Files);

/// <summary>One policy file.</summary>
/// <param name="Path">Relative to the root of the repository, with forward slashes.</param>
/// <param name="Text">Its text.</param>
public sealed record PolicyText(string Path, string Text);
