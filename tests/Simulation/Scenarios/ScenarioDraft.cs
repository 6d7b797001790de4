using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>Draws what is asked of the system in one run.</summary>
internal sealed class ScenarioDraft
{
    private readonly Chance _chance;
    private readonly TimeSpan _span;
    private readonly ImmutableArray<Push>.Builder _pushes = ImmutableArray.CreateBuilder<Push>();
    private readonly Dictionary<Repository, List<(Version Version, Digest Digest)>> _versions = [];
    private readonly ImmutableHashSet<Digest>.Builder _broken = ImmutableHashSet.CreateBuilder<Digest>();

    private readonly ImmutableHashSet<Digest>.Builder _sick = ImmutableHashSet.CreateBuilder<Digest>();
    private readonly ImmutableHashSet<Digest>.Builder _leaky = ImmutableHashSet.CreateBuilder<Digest>();

    private ScenarioDraft(Chance chance)
    {
        _chance = chance;
        // Some runs are a burst, in some there is time between the pushes.
        _span = TimeSpan.FromMinutes(chance.Of<int>([1, 4, 10, 20]));
    }

    public static Scenario Draw(Chance chance) => new ScenarioDraft(chance).Draw();

    private Scenario Draw()
    {
        var policies = PolicyDraft.Draw(_chance, _span);
        PipelinePolicy[] pipelines = [.. policies[0].Policies.Pipelines.Values];
        Repository[] repositories = [.. pipelines.SelectMany(pipeline => pipeline.Images.Values).Distinct()];
        foreach (var repository in repositories)
            First(repository);

        foreach (var at in Instants(_chance.Between(5, _chance.Of<int>([8, 8, 8, 12, 12, 30]))))
            Push(at, _chance.Of(repositories));

        var pushes = _pushes.ToImmutable();
        return new(
            policies,
            pushes,
            [.. Instants(_chance.Is(0.3) ? _chance.Between(1, 3) : 0).Select(at => Wish(at, _chance.Of(pipelines)))],
            [.. Instants(_chance.Is(0.4) ? _chance.Between(1, 3) : 0).Select(at => Edit(at, pipelines))],
            _broken.ToImmutable(),
            _sick.ToImmutable(),
            _leaky.ToImmutable(),
            [.. Words(pipelines)],
            _chance.Between(1, 3));
    }

    private TimeSpan[] Instants(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _chance.Between(TimeSpan.FromSeconds(1), _span)).Order()];

    /// <summary>What every service ran before there were pipelines.</summary>
    private void First(Repository repository)
    {
        var digest = DigestOf();
        _versions[repository] = [(new(1, 0, 0), digest)];
        _pushes.Add(new(TimeSpan.Zero, repository, Scenario.FirstTag, digest, "SUCCESS"));
    }

    private void Push(TimeSpan at, Repository repository)
    {
        var known = _versions[repository];
        var (newest, running) = known.MaxBy(each => each.Version);
        var dice = _chance.Below(100);
        (string Tag, Digest Digest) push = dice switch
        {
            < 5 => ($"main-{_chance.Hex(7)}", DigestOf()),
            < 8 => ($"v{newest.Major}.{newest.Minor + 1}.0-rc.{_chance.Between(1, 9)}", DigestOf()),
            < 12 => ($"sha256-{running.Value["sha256:".Length..]}.sig", DigestOf()),
            < 20 => Version(repository, _chance.Of(known).Version with { Patch = 50 + known.Count }, DigestOf()),
            < 27 => Version(repository, _chance.Of(known).Version, DigestOf()),
            < 31 => Version(repository, Above(newest), running),
            _ => Version(repository, Above(newest), DigestOf()),
        };
        if (_chance.Is(0.1) && push.Digest != running)
            _broken.Add(push.Digest);
        else if (_chance.Is(0.06) && push.Digest != running)
            _sick.Add(push.Digest);
        else if (_chance.Is(0.06) && push.Digest != running)
            _leaky.Add(push.Digest);
        _pushes.Add(new(at, repository, push.Tag, push.Digest, _chance.Is(0.9) ? _chance.Is(0.9) ? "SUCCESS" : "FAILURE" : null));
    }

    private Version Above(Version version) => _chance.Is(0.2)
        ? version with { Minor = version.Minor + 1, Patch = 0 }
        : version with { Patch = version.Patch + _chance.Between(1, 2) };

    private (string Tag, Digest Digest) Version(Repository repository, Version version, Digest digest)
    {
        _versions[repository].Add((version, digest));
        return (version.ToString(), digest);
    }

    private Wish Wish(TimeSpan at, PipelinePolicy pipeline)
    {
        var repository = pipeline.Images.Values.First();
        var pushed = _chance.Of([.. _pushes.Where(push => push.Repository == repository && push.Artifact == ArtifactKind.Image)]);
        return new(at, pipeline.Name, _chance.Is(0.5) ? new(repository, pushed.Tag, null) : new(repository, null, pushed.Digest));
    }

    /// <summary>What people say in a run; whoever holds, freezes or pins says in the end that it is over.</summary>
    private IEnumerable<Word> Words(PipelinePolicy[] pipelines)
    {
        if (!_chance.Is(0.35))
            yield break;

        foreach (var at in Instants(_chance.Between(1, 4)))
        {
            var pipeline = _chance.Of(pipelines);
            var stage = _chance.Of(pipeline.Stages).Name;
            var later = at + _chance.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
            var tag = _chance.Of([.. _pushes.Where(push => push.Repository == pipeline.Images.Values.First()).Select(push => push.Tag)]);
            switch (_chance.Below(6))
            {
                case 0:
                    yield return new(at, pipeline.Name, new Command.Hold(stage, null, "a test"));
                    yield return new(later, pipeline.Name, new Command.Resume(stage, "it is over"));
                    break;
                case 1:
                    yield return new(at, pipeline.Name, new Command.Freeze(Scenario.Start + later, "a test"));
                    break;
                case 2:
                    yield return new(at, pipeline.Name, new Command.Pin(stage, tag, null, "a test"));
                    yield return new(later, pipeline.Name, new Command.Unpin(stage, "it is over"));
                    break;
                case 3:
                    yield return new(at, pipeline.Name, new Command.Quarantine(tag, "a test"));
                    break;
                default:
                    yield return new(at, pipeline.Name, new Command.Rollback(stage, null, "a test"));
                    break;
            }
        }

        // Whatever holds a stage by then, automation's own holds included, somebody has looked at it.
        foreach (var pipeline in pipelines)
        {
            foreach (var stage in pipeline.Stages)
                yield return new(_span + TimeSpan.FromMinutes(12), pipeline.Name, new Command.Resume(stage.Name, "the day is over"));
        }
    }

    private HandEdit Edit(TimeSpan at, PipelinePolicy[] pipelines) =>
        new(at, _chance.Of(_chance.Of(pipelines).Stages).Targets[0].ResourceName, _chance.Of(Enum.GetValues<HandEditKind>()));

    private Digest DigestOf() => Digest.Parse($"sha256:{_chance.Hex(64)}");
}
