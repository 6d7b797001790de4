using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Triggers;

/// <summary>Policy files of one commit made into one text: the same files are the same bytes, wherever that is done.</summary>
/// <param name="Policies">What they say.</param>
/// <param name="Canonical">The text.</param>
public sealed record CompiledPolicies(PolicySet Policies, string Canonical)
{
    /// <summary>Compiles.</summary>
    /// <param name="files">All files of the folder, in any order.</param>
    /// <param name="commit">40 hexadecimal digits.</param>
    /// <returns>The policies, or every error, with file, line and column in its sentence.</returns>
    public static Parsed<CompiledPolicies> Compile(IEnumerable<PolicyFile> files, string commit)
    {
        PolicyFile[] ordered = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        var reading = PolicyReader.Read(ordered);
        if (!reading.Valid)
            return Parsed<CompiledPolicies>.Refused([.. reading.Problems.Where(problem => problem.Level == ProblemLevel.Error).Select(ReasonOf)]);

        var policies = reading.ToSet(commit);
        return new CompiledPolicies(policies, CanonicalPolicies.Write(policies));
    }

    /// <summary>An offer of compiled policies, or of what could not be compiled.</summary>
    public static PolicyOffer Offer(Parsed<CompiledPolicies> compiled, PolicyEdition edition) => compiled.TryGetValue(out var value)
        ? new(edition, value.Policies) { FailedTests = OwnTests.Failed(value.Policies) }
        : new(edition, Parsed<PolicySet>.Refused(compiled.Problems));

    /// <summary>A problem as a reason.</summary>
    public static Reason ReasonOf(PolicyProblem problem) =>
        new(problem.Code, $"{problem.File}:{problem.Line}:{problem.Column}: {problem.Sentence}");
}
