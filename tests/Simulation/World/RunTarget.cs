using CdAutomation.Domain.Images;

namespace CdAutomation.Simulation.World;

/// <summary>What takes images, and what it has run over time.</summary>
internal abstract class RunTarget(string name)
{
    public string Name => name;

    public DateTimeOffset WrittenAt { get; set; }

    /// <summary>What has had all of it since when; null for a mix, or an image by no digest.</summary>
    public List<(DateTimeOffset Since, Digest? Digest)> Served { get; } = [];

    public Digest? Serving => Served is [.., var last] ? last.Digest : null;

    /// <summary>Whether all of it was a digest's at some time from one instant to another.</summary>
    public bool HasServed(Digest digest, DateTimeOffset from, DateTimeOffset to) => Served
        .Where((each, at) => each.Digest == digest && each.Since <= to && (at + 1 == Served.Count || Served[at + 1].Since >= from)).Any();
}

/// <summary>A write of a target that was accepted, whatever kind of target it is.</summary>
internal interface ITargetWrite
{
    RunTarget Target { get; }

    /// <summary>What it was told to run before, by digest.</summary>
    Digest? From { get; }

    /// <summary>What it is told to run from then on, by digest.</summary>
    Digest? To { get; }

    /// <summary>What it is told to run from then on, as it is written.</summary>
    string Image { get; }

    /// <summary>A note that the writer left beside the image.</summary>
    string? Note(string name);
}
