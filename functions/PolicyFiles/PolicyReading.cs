using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;

namespace CdAutomation.PolicyFiles;

/// <summary>What the files say, and everything that is wrong with them.</summary>
/// <param name="Pipelines">
/// By name, ordinal; those without an error of their own. To be used only where <see cref="Valid"/> is true.
/// </param>
/// <param name="Problems">In the order of the files, then of their lines.</param>
public sealed record PolicyReading(
    ImmutableSortedDictionary<string, PipelinePolicy> Pipelines,
    ImmutableArray<PolicyProblem> Problems)
{
    /// <summary>By name, ordinal; those without an error of their own.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];

    /// <summary>By pipeline and then by name, ordinal; those without an error of their own.</summary>
    public ImmutableArray<PolicyTest> Tests { get; init; } = [];

    /// <summary>Where each of the tests stands, <c>file:line</c>, by the names of its pipeline and its own.</summary>
    public ImmutableDictionary<(string Pipeline, string Test), string> TestPlaces { get; init; } =
        ImmutableDictionary<(string Pipeline, string Test), string>.Empty;

    /// <summary>Whether all of it may come into force; a part never may.</summary>
    public bool Valid => Problems.All(problem => problem.Level != ProblemLevel.Error);

    /// <summary>The policies as one set.</summary>
    /// <param name="commit">The git commit they were read from.</param>
    /// <exception cref="InvalidOperationException">The reading is not valid.</exception>
    public PolicySet ToSet(string commit) => Valid
        ? new PolicySet(commit, Pipelines) { Freezes = Freezes, Tests = Tests }
        : throw new InvalidOperationException("Policies with an error are no set; look at Valid first.");
}
