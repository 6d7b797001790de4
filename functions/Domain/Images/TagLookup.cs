using System.Collections.Immutable;

namespace CdAutomation.Domain.Images;

/// <summary>What a registry answered when it was asked for a tag or a digest.</summary>
public abstract record TagLookup
{
    private TagLookup() { }

    /// <summary>The manifest is there, with this digest.</summary>
    public sealed record Found(Digest Digest) : TagLookup;

    /// <summary>The registry knows the repository's state and has no such manifest.</summary>
    public sealed record Missing : TagLookup;

    /// <summary>Nobody could look; never taken for an answer.</summary>
    public sealed record Unknown(Reason Reason) : TagLookup;
}

/// <summary>What a registry answered when it was asked for all tags of a repository.</summary>
public abstract record TagListing
{
    private TagListing() { }

    /// <summary>Every tag, every page read.</summary>
    public sealed record Complete(ImmutableArray<string> Tags) : TagListing;

    /// <summary>The list is missing or broke off; a part of it is never taken for the whole.</summary>
    public sealed record Unknown(Reason Reason) : TagListing;
}
