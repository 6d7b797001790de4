using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Decisions;

/// <summary>One thing the shell has seen, as it stood when it looked.</summary>
public abstract record Observation
{
    private Observation() { }

    /// <summary>A tag was looked up in the registry.</summary>
    /// <param name="Image">The image's name in the policy.</param>
    /// <param name="Repository">Where it is stored.</param>
    /// <param name="Tag">The tag.</param>
    /// <param name="Announced">The digest an event named; null when none did.</param>
    /// <param name="At">When the event was published, or when we looked if there was none.</param>
    /// <param name="Lookup">What the registry says now.</param>
    /// <param name="Named">Whether somebody waits for an answer about it: an event does, a sweep does not.</param>
    public sealed record TagSeen(
        string Image, Repository Repository, string Tag, Digest? Announced, DateTimeOffset At, TagLookup Lookup, bool Named) : Observation
    {
        /// <summary>Whether no event named <see cref="Announced"/>: the registry's own list led to it.</summary>
        public bool Unheard { get; init; }
    }

    /// <summary>A push or removal that can never become a candidate; it only wants its answer.</summary>
    public sealed record NoCandidate(Repository Repository, string? Tag, Digest? Digest, Reason Reason) : Observation;

    /// <summary>A build ended.</summary>
    public sealed record BuildSeen(Build Build) : Observation;

    /// <summary>A target was looked at.</summary>
    public sealed record TargetSeen(string Stage, Target Target, TargetView View) : Observation;

    /// <summary>The registry's own list was read to the end, or could not be.</summary>
    /// <param name="Problem">Why the list was not to be had; null when it was.</param>
    /// <param name="GoOnAt">By image: the tag after which the next survey goes on.</param>
    public sealed record Surveyed(Reason? Problem, ImmutableSortedDictionary<string, string> GoOnAt) : Observation;

    /// <summary>Somebody asked for an image.</summary>
    /// <param name="Image">What they named.</param>
    /// <param name="ImageName">Its name in the policy, or null when it is none of the pipeline's.</param>
    /// <param name="Lookup">What the registry says of it.</param>
    /// <param name="Actor">Who asked, verified.</param>
    public sealed record DeployAsked(ImageReference Image, string? ImageName, TagLookup Lookup, string Actor) : Observation
    {
        /// <summary>The one stage it is for; null for every one.</summary>
        public string? Stage { get; init; }

        /// <summary>The gates that are not to be asked.</summary>
        public ImmutableArray<string> Skips { get; init; } = [];

        /// <summary>Why, where somebody said so.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Somebody said something.</summary>
    /// <param name="Command">What.</param>
    /// <param name="Actor">Who, verified.</param>
    /// <param name="Principals">What the actor is, as policies name it.</param>
    public sealed record Said(Command Command, string Actor, ImmutableArray<string> Principals) : Observation;

    /// <summary>A gate that is asked elsewhere was asked.</summary>
    /// <param name="Effect">Id of the question that was owed.</param>
    /// <param name="Answer">What was answered; Unknown where nobody could.</param>
    public sealed record Answered(string Effect, Answer Answer) : Observation;

    /// <summary>Metrics of a new revision were read, or could not be.</summary>
    /// <param name="Effect">Id of the measurement that was owed.</param>
    /// <param name="Seen">What was counted of it and of the stable one in the same span, or why nothing is known.</param>
    public sealed record Measured(string Effect, Parsed<Period> Seen) : Observation;

    /// <summary>An owed effect was paid, or tried.</summary>
    public sealed record Paid(string Effect, StepResult Result) : Observation;
}
