using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>One named question about a release at a stage. The family is closed: who adds a gate is led here by the compiler.</summary>
public abstract record Gate
{
    private Gate() { }

    /// <summary>The word that the policy uses for it.</summary>
    public abstract string Name { get; }

    /// <summary>The image must come from a Cloud Build build that ended as asked; joined by digest, never by tag or name.</summary>
    /// <param name="Status">The build's status, e.g. <c>SUCCESS</c>.</param>
    /// <param name="Triggers">Names or ids of the build triggers allowed; empty allows a build without a trigger too.</param>
    /// <param name="Branch">A glob of <c>*</c> and <c>?</c> over the whole branch name, or null for any.</param>
    /// <param name="Repository">The source repository as Cloud Build names it, <c>owner/name</c>, or null for any.</param>
    public sealed record Build(string Status, ImmutableArray<string> Triggers, string? Branch, string? Repository) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "build";
    }

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Build, T> build) => this switch
    {
        Build it => build(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
