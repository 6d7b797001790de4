namespace CdAutomation.Domain.Rollouts;

/// <summary>What came of paying an effect.</summary>
public abstract record StepResult
{
    private StepResult() { }

    /// <summary>It is so, and was seen to be so.</summary>
    /// <param name="Revision">Short name of the revision that serves; null for an effect that makes none.</param>
    public sealed record Done(string? Revision) : StepResult;

    /// <summary>It cannot be, and trying again does not help.</summary>
    public sealed record Failed(Reason Reason) : StepResult;

    /// <summary>Not yet, or nobody could look: ask again.</summary>
    public sealed record Unfinished(Reason Reason) : StepResult;

    /// <summary>A later decision owes something else instead; nothing was changed.</summary>
    public sealed record NotWanted : StepResult;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Done, T> done, Func<Failed, T> failed, Func<Unfinished, T> unfinished, Func<NotWanted, T> notWanted) => this switch
    {
        Done it => done(it),
        Failed it => failed(it),
        Unfinished it => unfinished(it),
        NotWanted it => notWanted(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
