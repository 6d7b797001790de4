using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>Draws policies: one to three pipelines of one to three stages, and whatever gates chance gives them.</summary>
internal static class PolicyDraft
{
    private static readonly TagSpec Tags = SpecOf(">=1.0.0 <3.0.0");

    /// <summary>The policies of a run. Names, repositories and targets stay the same from commit to commit; gates and soak times change.</summary>
    public static ImmutableArray<(TimeSpan After, PolicySet Policies)> Draw(Chance chance, TimeSpan span)
    {
        var pipelines = Skeletons(chance);
        var commits = chance.Is(0.35) ? chance.Between(2, 3) : 1;
        return
        [
            .. Enumerable.Range(0, commits).Select(number => (
                number == 0 ? TimeSpan.Zero : chance.Between(TimeSpan.Zero, span),
                Commit(chance, pipelines))).OrderBy(each => each.Item1),
        ];
    }

    private static PolicySet Commit(Chance chance, ImmutableArray<PipelinePolicy> skeletons)
    {
        var pipelines = skeletons.Select(skeleton => skeleton with
        {
            MinimumReleaseAge = chance.Is(0.2) ? chance.Between(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(6)) : null,
            Platform = chance.Is(0.1) ? "linux/amd64" : null,
            Stages = [.. skeleton.Stages.Select((stage, at) => stage with
            {
                Gates = Gates(chance),
                Strategy = StrategyOf(chance),
                After = at == 0 ? null : new(skeleton.Stages[at - 1].Name, chance.Is(0.4) ? TimeSpan.Zero : chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(8))),
            })],
        });
        return new PolicySet(chance.Hex(40), pipelines.ToImmutableSortedDictionary(pipeline => pipeline.Name, pipeline => pipeline))
        {
            Freezes = chance.Is(0.12) ? [Freeze(chance)] : [],
        };
    }

    private static ImmutableArray<PipelinePolicy> Skeletons(Chance chance)
    {
        var count = chance.Of<int>([1, 1, 1, 2, 2, 3]);
        var shared = chance.Is(0.2);
        return [.. Enumerable.Range(1, count).Select(number =>
        {
            var stages = chance.Of<string[]>([["production"], ["staging", "production"], ["production"], ["dev", "staging", "production"]]);
            return new PipelinePolicy(
                $"shop{number}",
                ImmutableSortedDictionary<string, Repository>.Empty.Add("web", RepositoryOf(shared ? 1 : number)),
                Tags,
                [.. stages.Select(stage => new StagePolicy(stage, Targets(chance, number, stage), []))])
            {
                Mode = chance.Is(0.06) ? PolicyMode.Shadow : PolicyMode.Enforce,
            };
        })];
    }

    private static ImmutableArray<Target> Targets(Chance chance, int number, string stage) =>
    [
        new("acme", "asia-northeast1", $"web{number}-{stage}", "web", null),
        .. chance.Is(0.15) ? [new Target("acme", "asia-northeast1", $"api{number}-{stage}", "web", null)] : ImmutableArray<Target>.Empty,
    ];

    private static Strategy StrategyOf(Chance chance)
    {
        var isCanary = chance.Is(0.25);
        var steps = ImmutableArray.CreateBuilder<CanaryStep>();
        foreach (var weight in chance.Of<int[]>([[5], [5, 50], [0], [20, 60]]))
            steps.AddRange(new CanaryStep.SetWeight(weight), new CanaryStep.Pause(chance.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(4))));
        return new(
            null,
            chance.Is(0.15) ? new("/healthz", 200, 3, null) : null,
            isCanary ? new(steps.ToImmutable()) { Newer = chance.Of<OnNewer>([OnNewer.Replace, OnNewer.Replace, OnNewer.Finish, OnNewer.Queue]) } : null,
            isCanary && chance.Is(0.6) ? new(0.01m, null, 100, null) { ObserveOnly = chance.Is(0.15) } : null,
            chance.Is(0.3) ? new(Hold: chance.Is(0.5)) : null);
    }

    private static ImmutableArray<Gate> Gates(Chance chance)
    {
        var gates = ImmutableArray.CreateBuilder<Gate>();
        if (chance.Is(0.15))
            gates.Add(new Gate.Build("SUCCESS", [], null, null));
        if (chance.Is(0.2))
            gates.Add(new Gate.Windows([Window(chance)]));
        if (chance.Is(0.15))
            gates.Add(new Gate.Rate(chance.Between(1, 3), chance.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(12))));
        if (chance.Is(0.12))
            gates.Add(new Gate.Webhook("https://gate.example/ask", TimeSpan.FromSeconds(10)));
        if (chance.Is(0.08))
            gates.Add(new Gate.Vulnerabilities(Severity.High, FixableOnly: true));
        return gates.ToImmutable();
    }

    /// <summary>Every day, and so that it opens again within the hour.</summary>
    private static Window Window(Chance chance)
    {
        var from = new TimeOnly(10, 0).AddMinutes(chance.Between(-10, 30));
        return chance.Is(0.5)
            ? new(WindowKind.Deny, Daily(from, from.AddMinutes(chance.Between(2, 20))), "Etc/UTC", null)
            : new(WindowKind.Allow, Daily(from.AddHours(9), from.AddHours(9 + chance.Between(4, 6))), "Asia/Tokyo", null);
    }

    private static Schedule.Weekly Daily(TimeOnly from, TimeOnly to) => new([.. Enum.GetValues<DayOfWeek>()], from, to);

    private static Freeze Freeze(Chance chance)
    {
        var from = new DateTime(2026, 11, 23, 10, 0, 0, DateTimeKind.Unspecified).AddMinutes(chance.Between(-5, 15));
        return new("earnings", new(from, from.AddMinutes(chance.Between(3, 15))), "Etc/UTC", null, chance.Is(0.3) ? ["shop1"] : []);
    }

    private static Repository RepositoryOf(int number) =>
        Repository.TryParse($"asia-northeast1-docker.pkg.dev/acme/app/web{number}", out var repository) ? repository : throw new InvalidOperationException();

    private static TagSpec SpecOf(string range) =>
        TagRule.SemverRange.Parse(range).TryGetValue(out var rule) && TagSpec.Create([], [], null, rule).TryGetValue(out var spec)
            ? spec
            : throw new InvalidOperationException();
}
