using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
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

    /// <summary>Makes the target run what it ran before: traffic first, then the template. Doing it twice equals doing it once.</summary>
    /// <param name="order">What is owed.</param>
    /// <param name="stillWanted">As in <see cref="ApplyAsync"/>.</param>
    /// <param name="cancellation">Stops the wait; what was begun goes on.</param>
    Task<StepResult> TakeBackAsync(Effect.TakeBack order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation);

    /// <summary>Runs a job to its end, once, however often this is called and however its calls are answered.</summary>
    /// <param name="order">What is owed.</param>
    /// <param name="stillWanted">As in <see cref="ApplyAsync"/>; a job that has been started goes on.</param>
    /// <param name="cancellation">Stops the wait; what was begun goes on.</param>
    Task<StepResult> RunOnceAsync(Effect.RunOnce order, Func<CancellationToken, ValueTask<bool>> stillWanted, CancellationToken cancellation);
}

/// <summary>Asks new revisions for what they must answer. Not being able to ask is an answer, never an exception.</summary>
public interface IVerify
{
    /// <summary>Asks, as often as is wanted within one payment: Failed where the answer stayed wrong, Unfinished where nobody could ask.</summary>
    Task<StepResult> VerifyAsync(Effect.Verify order, CancellationToken cancellation);
}

/// <summary>Where metrics of revisions are read. Not being able to read is an answer, never an exception.</summary>
public interface IMeasure
{
    /// <summary>Reads what the two revisions have answered since the new one has had its present share of the traffic, in a span that is surely visible.</summary>
    /// <param name="order">What is owed.</param>
    /// <param name="cancellation">Stops the look.</param>
    /// <returns>What was counted, or why nothing is known yet.</returns>
    Task<Parsed<Period>> MeasureAsync(Effect.Measure order, CancellationToken cancellation);
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

    /// <summary>Tells subscribers what became of policies, at least once.</summary>
    Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation);
}

/// <summary>Somebody who counts deployments, beside the subscribers of the topic.</summary>
public interface ITrackDeployments
{
    /// <summary>Its name: what it is owed is owed under it. Short, and never another's.</summary>
    string Name { get; }

    /// <summary>Tells it, at least once: Unfinished where it did not answer, Failed where it does not take this.</summary>
    Task<StepResult> TrackAsync(Deployment deployment, CancellationToken cancellation);
}

/// <summary>Reads policies as they are kept; a host joins it to the room that can.</summary>
public interface IReadPolicies
{
    /// <summary>The policies, or every problem.</summary>
    /// <param name="canonical">The canonical text of a whole set; it may come from a registry, and be anything.</param>
    /// <param name="commit">The commit they were made from.</param>
    Parsed<PolicySet> Read(string canonical, string commit);
}

/// <summary>Fetches policies that were published. Not being able to look is an answer, never an exception.</summary>
public interface IPolicyArtifacts
{
    /// <summary>What is stored under a digest. What is returned has that digest, and so has every part of it the digest that it names.</summary>
    Task<PolicyFetch> FetchAsync(Repository repository, Digest digest, CancellationToken cancellation);
}
