using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>What a policy means, for people: what is in force and not how it was written.</summary>
public static class PolicyWords
{
    /// <summary>
    /// One line about the pipeline, one a stage with one about its strategy, one a freeze that holds it, and one for what this version
    /// does not carry out; without full stops. Empty where there is no such pipeline.
    /// </summary>
    /// <param name="policies">All of them.</param>
    /// <param name="pipeline">Name of the pipeline.</param>
    public static ImmutableArray<string> Of(PolicySet policies, string pipeline)
    {
        if (!policies.Pipelines.TryGetValue(pipeline, out var policy))
            return [];
        return
        [
            $"{policy.Name} {Mode(policy.Mode)}; it releases {Images(policy)}",
            .. policy.Stages.SelectMany(stage => Stage(policy, stage)),
            .. policies.FreezesOf(policy.Name).Select(Freeze),
        ];
    }

    private static IEnumerable<string> Stage(PipelinePolicy policy, StagePolicy stage)
    {
        yield return StageWords.Of(policy, stage);
        if (StrategyWords.Of(stage) is { } strategy)
            yield return strategy;
        if (NotCarriedOut.Of(stage) is { } later)
            yield return later.Sentence;
    }

    private static string Mode(PolicyMode mode) => mode switch
    {
        PolicyMode.Enforce => "is enforced",
        PolicyMode.Shadow => "only watches: it decides and records, and changes nothing",
        PolicyMode.Off => "is off: it decides nothing",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Images(PipelinePolicy policy)
    {
        var images = Phrases.And(policy.Images.Select(image => $"{image.Key} ({image.Value})"));
        return policy.Match switch
        {
            null => images,
            ReleaseMatch.Tag => $"{images} together, where they bear the same tag",
            ReleaseMatch.Build => $"{images} together, where one build made them",
            ReleaseMatch.Commit => $"{images} together, where they were made from one commit",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string Freeze(Freeze freeze) =>
        $"nothing moves from {Phrases.Date(freeze.Span.From)} to {Phrases.Date(freeze.Span.To)} ({freeze.TimeZone}), by the freeze {freeze.Name}"
            + (freeze.Reason is null ? "" : $": {freeze.Reason}");
}
