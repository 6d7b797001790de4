using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rehearsals;

namespace CdAutomation.Delivery.Policies;

/// <summary>The tests that policies bring with them. Policies whose own tests fail never come into force.</summary>
public static class OwnTests
{
    /// <summary>Those that fail, a reason each.</summary>
    public static ImmutableArray<Reason> Failed(PolicySet policies) =>
    [
        .. Rehearsal.RunAll(policies)
            .Where(result => !result.Passed)
            .Select(result => new Reason("policy.testFailed", $"the test '{result.Test.Name}' of {result.Test.Pipeline} fails: {result.Sentence}")),
    ];
}
