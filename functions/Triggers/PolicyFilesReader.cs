using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Triggers;

/// <summary>Joins Delivery, which wants policies, to PolicyFiles, which reads them.</summary>
public sealed class PolicyFilesReader : IReadPolicies
{
    /// <inheritdoc/>
    public (PolicySet? Policies, ImmutableArray<string> Problems) Read(PolicyBundle bundle)
    {
        var reading = PolicyReader.Read(bundle.Files.Select(file => new PolicyFile(file.Path, file.Text)));
        return (
            reading.Valid ? reading.ToSet(bundle.Commit) : null,
            [.. reading.Problems.Where(problem => problem.Level == ProblemLevel.Error).Select(problem => problem.ToString())]);
    }
}
