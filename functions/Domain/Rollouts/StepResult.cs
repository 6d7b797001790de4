using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Rollouts;

/// <summary>What came of paying an effect.</summary>
public abstract record StepResult
{
    private StepResult() { }

    /// <summary>It is so, and was seen to be so.</summary>
    /// <param name="Revision">Short name of the revision that serves; null for an effect that makes none.</param>
    public sealed record Done(string? Revision) : StepResult
    {
        /// <summary>What the target ran before the first change of this rollout; null where the order brought it, or nothing was changed.</summary>
        public Footing? Before { get; init; }

        /// <summary>Where the new revision answers while it has no traffic of its own; null where it has no such address.</summary>
        public string? Address { get; init; }

        /// <summary>Where its log can be read, or null.</summary>
        public string? LogUrl { get; init; }
    }

    /// <summary>Somebody else changed what the target runs, and nothing was written over it.</summary>
    /// <param name="Reason">What runs, what was expected, and who changed it last.</param>
    public sealed record Drifted(Reason Reason) : StepResult;

    /// <summary>It cannot be, and trying again does not help.</summary>
    public sealed record Failed(Reason Reason) : StepResult;

    /// <summary>Not yet, or nobody could look: ask again.</summary>
    public sealed record Unfinished(Reason Reason) : StepResult;

    /// <summary>A later decision owes something else instead; nothing was changed.</summary>
    public sealed record NotWanted : StepResult;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Done, T> done, Func<Failed, T> failed, Func<Unfinished, T> unfinished, Func<NotWanted, T> notWanted, Func<Drifted, T> drifted) => this switch
    {
        Done it => done(it),
        Failed it => failed(it),
        Unfinished it => unfinished(it),
        NotWanted it => notWanted(it),
        Drifted it => drifted(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
