using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A document of the kind <c>Pipeline</c>, as far as it could be read.</summary>
/// <param name="Name">Null where it has none that can be used.</param>
/// <param name="NameAt">Where the name stands.</param>
internal sealed record PipelineDocument(string? Name, Position NameAt)
{
    /// <summary>What its decisions are for.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>All targets that could be read.</summary>
    public ImmutableArray<PlacedTarget> Targets { get; init; } = [];

    /// <summary>The names of its images; null where they could not be read.</summary>
    public NameTable? Images { get; init; }

    /// <summary>How many images it has.</summary>
    public int ImageCount { get; init; }

    /// <summary>The names of its stages; null where they could not be read.</summary>
    public NameTable? Stages { get; init; }

    /// <summary>The tests that stand in it and could be read.</summary>
    public ImmutableArray<PlacedTest> Tests { get; init; } = [];

    /// <summary>Null where the document has an error.</summary>
    public PipelinePolicy? Policy { get; init; }

    /// <summary>Reads the <c>spec</c> of a pipeline.</summary>
    /// <param name="head">What the document begins with.</param>
    /// <param name="shape">The keys that are possible in the spec.</param>
    /// <param name="keys">The key files beside the policies; null in the canonical form.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static PipelineDocument Read(Head head, Shape shape, KeyFiles? keys, ProblemList problems)
    {
        var document = new PipelineDocument(head.Name, head.NameAt);
        var before = problems.Errors;
        if (head.Spec is not { } node || Fields.Of(node, shape, problems) is not { } spec)
            return document;

        var images = ImagesPart.Read(spec, out var names, problems);
        var stages = StagesPart.Read(spec, names, keys, problems);
        var policy = Whole(spec, head.Name ?? "", images, stages.All, problems);
        return document with
        {
            Mode = spec.Choice(PipelineModel.Mode, Words.Modes) ?? PolicyMode.Enforce,
            Targets = stages.Targets,
            Images = names,
            ImageCount = images.Count,
            Stages = stages.Names,
            Tests = TestsPart.Read(spec, PipelineModel.Tests, head.Name is null ? null : new(head.Name, head.NameAt), problems),
            Policy = head.Name is not null && problems.Errors == before ? policy : null,
        };
    }

    private static PipelinePolicy? Whole(
        Fields spec,
        string name,
        ImmutableSortedDictionary<string, Domain.Images.Repository> images,
        ImmutableArray<StagePolicy> stages,
        ProblemList problems)
    {
        var mode = spec.Choice(PipelineModel.Mode, Words.Modes) ?? PolicyMode.Enforce;
        var match = spec.Choice(PipelineModel.Match, Words.Matches);
        var platform = spec.Text(PipelineModel.Platform);
        var age = spec.Duration(PipelineModel.MinimumReleaseAge);
        if (TagsPart.Read(spec, problems) is not { } tags)
            return null;

        FloatingTags.Check(spec, tags, problems);
        return new PipelinePolicy(name, images, tags, stages)
        {
            Mode = mode,
            Match = images.Count > 1 ? match : null,
            Platform = platform,
            MinimumReleaseAge = age,
        };
    }
}
