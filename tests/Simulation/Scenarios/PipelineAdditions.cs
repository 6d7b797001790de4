using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>What is added to one pipeline; its images and targets stay the same from commit to commit.</summary>
/// <param name="Match">What makes several images one release; null where the pipeline keeps its one image.</param>
/// <param name="Targets">By stage: the targets beside its own.</param>
/// <param name="Jobs">By stage: the job before a rollout.</param>
/// <param name="Asking">The stages at which people are asked.</param>
internal sealed record PipelineAdditions(
    ReleaseMatch? Match,
    ImmutableDictionary<string, ImmutableArray<Target>> Targets,
    ImmutableDictionary<string, Predeploy> Jobs,
    ImmutableHashSet<string> Asking)
{
    /// <summary>The image beside <c>web</c>.</summary>
    public const string Second = "worker";

    public static PipelineAdditions Draw(PipelinePolicy pipeline, bool isShared, Chance chance)
    {
        var isSet = !isShared && chance.Is(0.5);
        var match = chance.Of<ReleaseMatch>([ReleaseMatch.Tag, ReleaseMatch.Build, ReleaseMatch.Commit]);
        var beside = pipeline.Stages.ToImmutableDictionary(stage => stage.Name, stage => Beside(pipeline, stage, isSet, chance));
        return new(
            isSet ? match : null,
            beside,
            pipeline.Stages.Where(_ => chance.Is(0.35)).ToImmutableDictionary(stage => stage.Name, stage => Before(pipeline, stage, beside[stage.Name], chance)),
            [.. pipeline.Stages.Select(stage => stage.Name).Where(_ => chance.Is(0.3))]);
    }

    /// <summary>A pipeline of one commit with what is added; how many people are asked changes from commit to commit.</summary>
    public PipelinePolicy Add(PipelinePolicy pipeline, Chance chance) => pipeline with
    {
        Match = Match,
        Images = Match is null ? pipeline.Images : pipeline.Images.Add(Second, RepositoryOf(pipeline.Images["web"])),
        Stages = [.. pipeline.Stages.Select(stage => stage with
        {
            Targets = stage.Targets.AddRange(Targets[stage.Name]),
            Strategy = stage.Strategy with { Predeploy = Jobs.GetValueOrDefault(stage.Name) },
            Gates = Asking.Contains(stage.Name) && chance.Is(0.85) ? stage.Gates.Add(Approvals(chance)) : stage.Gates,
        })],
    };

    private static ImmutableArray<Target> Beside(PipelinePolicy pipeline, StagePolicy stage, bool isSet, Chance chance)
    {
        var name = $"{pipeline.Name}-{stage.Name}";
        var all = ImmutableArray.CreateBuilder<Target>();
        if (chance.Is(0.4))
            all.Add(new("acme", "asia-northeast1", $"nightly-{name}", Image(), null, TargetKind.Job) { RunOnDeploy = chance.Is(0.5) });
        if (chance.Is(0.3))
            all.Add(new("acme", "asia-northeast1", $"mail-{name}", Image(), null, TargetKind.WorkerPool));
        // A stage may well use only some of the images.
        if (isSet && all.All(target => target.Image != Second) && chance.Is(0.75))
            all.Add(new("acme", "asia-northeast1", $"worker-{name}", Second, null));
        return all.ToImmutable();

        string Image() => isSet && chance.Is(0.7) ? Second : "web";
    }

    private static Predeploy Before(PipelinePolicy pipeline, StagePolicy stage, ImmutableArray<Target> beside, Chance chance) => new(
        $"migrate-{pipeline.Name}-{stage.Name}",
        beside.Any(target => target.Image == Second) && chance.Is(0.5) ? Second : "web",
        ["migrate", "up"],
        chance.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(15)));

    private static Gate.Approvals Approvals(Chance chance) => new(
        chance.Between(1, 2),
        chance.Of<ImmutableArray<string>>([[Person.Sre], [Person.Sre, "user:bob@acme.example"], ["user:ann@acme.example", "user:bob@acme.example"], []]),
        chance.Is(0.3) ? chance.Between(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(20)) : null,
        NotAuthor: chance.Is(0.1));

    private static Repository RepositoryOf(Repository web) =>
        Repository.TryParse($"{web}-{Second}", out var repository) ? repository : throw new InvalidOperationException();
}
