using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>Gives the pushes of a pipeline's first image the companions that its second one is made of: mostly soon, sometimes late, sometimes never.</summary>
internal sealed class SetDraft(Chance chance, PipelinePolicy pipeline)
{
    private readonly Repository _web = pipeline.Images["web"];
    private readonly Repository _second = pipeline.Images[PipelineAdditions.Second];
    private readonly ImmutableArray<Push>.Builder _pushes = ImmutableArray.CreateBuilder<Push>();
    private readonly ImmutableArray<JointBuild>.Builder _builds = ImmutableArray.CreateBuilder<JointBuild>();
    private readonly ImmutableHashSet<Digest>.Builder _broken = ImmutableHashSet.CreateBuilder<Digest>();
    private Digest? _latest;

    public Scenario Add(Scenario scenario)
    {
        foreach (var push in scenario.Pushes)
        {
            if (push.Repository != _web || push.Artifact != ArtifactKind.Image)
                _pushes.Add(push);
            else
                Accompany(push);
        }

        return scenario with
        {
            Pushes = [.. _pushes.OrderBy(push => push.After)],
            Builds = scenario.Builds.AddRange(_builds),
            Broken = scenario.Broken.Union(_broken),
        };
    }

    private void Accompany(Push push)
    {
        var isFirst = push.After == TimeSpan.Zero;
        var alone = !isFirst && chance.Is(0.12);
        // What a build has not changed it makes again, byte by byte the same.
        var digest = _latest is { } same && chance.Is(0.15) ? same : Digest.Parse($"sha256:{chance.Hex(64)}");
        var companion = push with { Repository = _second, Digest = digest, After = isFirst ? TimeSpan.Zero : Later(push.After) };
        if (!alone && digest != _latest && !isFirst && chance.Is(0.06))
            _broken.Add(digest);

        if (pipeline.Match == ReleaseMatch.Tag)
        {
            _pushes.Add(push);
        }
        else
        {
            Build(push, alone ? null : companion);
            (push, companion) = (push with { Build = null }, companion with { Build = null });
            _pushes.Add(push);
        }

        if (alone)
            return;
        _latest = digest;
        _pushes.Add(companion);
        // Of two tags of an image only one is a version, and either may come first in any order.
        if (!isFirst && chance.Is(0.15))
            _pushes.Add(companion with { Tag = $"{chance.Of<string>(["main", "zero"])}-{chance.Hex(7)}", Build = null });
    }

    /// <summary>One build of both, or one of each from one commit; some are never heard of.</summary>
    private void Build(Push push, Push? companion)
    {
        if (chance.Is(0.06))
            return;
        var status = chance.Is(0.92) ? "SUCCESS" : "FAILURE";
        var commit = chance.Hex(40);
        ImmutableArray<(Repository, Digest)> images = [(push.Repository, push.Digest), .. companion is null ? [] : new[] { (companion.Repository, companion.Digest) }];
        if (pipeline.Match == ReleaseMatch.Build)
        {
            Add(companion is null || push.After > companion.After ? push.After : companion.After, commit, status, images);
            return;
        }

        Add(push.After, commit, status, images[..1]);
        if (companion is not null)
            Add(companion.After, commit, status, images[1..]);
    }

    private void Add(TimeSpan after, string commit, string status, ImmutableArray<(Repository, Digest)> images)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"joint-{pipeline.Name}-{_builds.Count}");
        _builds.Add(new(after + chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(1)), id, commit, status, images));
    }

    private TimeSpan Later(TimeSpan after)
    {
        var late = chance.Is(0.15)
            ? chance.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(5))
            : chance.Between(TimeSpan.FromSeconds(-20), TimeSpan.FromSeconds(20));
        return TimeSpan.FromTicks(Math.Max((after + late).Ticks, TimeSpan.TicksPerSecond));
    }
}
