using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Targets;

/// <summary>What Cloud Run said a target is running.</summary>
public abstract record TargetView
{
    private TargetView() { }

    /// <summary>The target exists.</summary>
    /// <param name="Image">What the ready revision's container was told to run, or null where it is no reference we can read.</param>
    /// <param name="Tag">The tag that an earlier deploy of ours wrote beside it, or null.</param>
    /// <param name="Revision">Short name of the revision that is ready, or null when none is.</param>
    public sealed record Running(ImageReference? Image, string? Tag, string? Revision) : TargetView
    {
        /// <summary>Who changed the target last, as Cloud Run says; null where it does not.</summary>
        public string? Modifier { get; init; }

        /// <summary>What the template names, where that is something else than what serves; null where it is the same.</summary>
        public string? Told { get; init; }
    }

    /// <summary>There is no such target; we never make one.</summary>
    public sealed record Missing : TargetView;

    /// <summary>Nobody could look.</summary>
    public sealed record Unknown(Reason Reason) : TargetView;
}
