using CdAutomation.Domain.Images;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>A tag is put on an image in a registry.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Repository">Where.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Digest">What it points to from then on.</param>
/// <param name="Build">How the build that made the image ended; null when no build is known.</param>
internal sealed record Push(TimeSpan After, Repository Repository, string Tag, Digest Digest, string? Build)
{
    public ArtifactKind Artifact => ArtifactKinds.Of(Tag);
}

/// <summary>Somebody asks for an image.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Pipeline">Of which pipeline.</param>
/// <param name="Image">By tag or by digest.</param>
internal sealed record Wish(TimeSpan After, string Pipeline, ImageReference Image);

/// <summary>Somebody says something to a pipeline.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Pipeline">To which pipeline.</param>
/// <param name="Command">What.</param>
internal sealed record Word(TimeSpan After, string Pipeline, Domain.Releases.Command Command);

/// <summary>A person changes a service by hand.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Service">The service's resource name.</param>
/// <param name="Kind">What is changed.</param>
internal sealed record HandEdit(TimeSpan After, string Service, HandEditKind Kind);

internal enum HandEditKind
{
    /// <summary>A setting: a new revision of the same image.</summary>
    Setting,

    /// <summary>A traffic tag on the revision that serves; no new revision.</summary>
    TrafficTag,

    /// <summary>Another image: a new revision of what the service ran before there were pipelines.</summary>
    Image,

    /// <summary>All traffic to the revision that serves, by its name, as the console does.</summary>
    PinnedTraffic,
}

/// <summary>The version that a tag is, by the rule of every generated policy; the checkers' own reading of it.</summary>
internal readonly record struct Version(int Major, int Minor, int Patch) : IComparable<Version>
{
    /// <summary>Null for what is no version of three plain numbers, or outside the range of the policies.</summary>
    public static Version? Accepted(string tag)
    {
        var parts = tag.TrimStart('v').Split('.');
        return parts.Length == 3
            && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor) && int.TryParse(parts[2], out var patch)
            && major is 1 or 2
            ? new(major, minor, patch)
            : null;
    }

    public int CompareTo(Version other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public override string ToString() => $"v{Major}.{Minor}.{Patch}";
}
