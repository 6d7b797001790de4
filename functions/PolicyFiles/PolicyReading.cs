using System.Collections.Immutable;
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
    /// <summary>Whether all of it may come into force; a part never may.</summary>
    public bool Valid => Problems.All(problem => problem.Level != ProblemLevel.Error);
}
