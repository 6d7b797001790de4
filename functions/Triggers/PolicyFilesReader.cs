using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Triggers;

/// <summary>Joins Delivery, which wants policies, to PolicyFiles, which reads them.</summary>
public sealed class PolicyFilesReader : IReadPolicies
{
    /// <inheritdoc/>
    public Parsed<PolicySet> Read(string canonical, string commit) => CanonicalPolicies.Read(canonical, commit);
}
