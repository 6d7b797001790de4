using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>The policies of one commit: all of them are in force, or none.</summary>
/// <param name="Commit">The git commit they were read from, 40 hexadecimal digits, or <c>none</c> before there is one.</param>
/// <param name="Pipelines">By name.</param>
public sealed record PolicySet(string Commit, ImmutableSortedDictionary<string, PipelinePolicy> Pipelines)
{
    /// <summary>Nothing is in force yet, so nothing is deployed.</summary>
    public static PolicySet Empty { get; } = new("none", ImmutableSortedDictionary<string, PipelinePolicy>.Empty);

    /// <summary>By name, ordinal.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>What the policies' authors expect of them; a set whose own tests fail never comes into force.</summary>
    public ImmutableArray<PolicyTest> Tests { get; init; } = [];

    /// <summary>The pipelines that a push to this repository concerns.</summary>
    public IEnumerable<PipelinePolicy> Watching(Repository repository) =>
        Pipelines.Values.Where(pipeline => pipeline.ImageNamed(repository) is not null);

    /// <summary>The freezes that hold a pipeline.</summary>
    public ImmutableArray<Freeze> FreezesOf(string pipeline) => [.. Freezes.Where(freeze => !freeze.Except.Contains(pipeline))];
}
