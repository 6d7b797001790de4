using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>
/// Adds to a scenario in a part of the seeds, from a stream of chance of its own: releases of several images, jobs and worker pools, jobs
/// before a rollout, approvals, broken glass. So a seed that nothing is added to stays what it was.
/// </summary>
internal sealed class Additions
{
    private const double Share = 0.3;

    private readonly Chance _chance;
    private readonly Dictionary<string, PipelineAdditions> _pipelines = new(StringComparer.Ordinal);

    private Additions(Chance chance) => _chance = chance;

    public static Scenario Of(Scenario plain, Chance chance) => chance.Is(Share) ? new Additions(chance).Add(plain) : plain;

    private Scenario Add(Scenario plain)
    {
        foreach (var pipeline in plain.LastPolicies.Pipelines.Values)
        {
            var isShared = plain.LastPolicies.Pipelines.Values.Count(each => each.Images["web"] == pipeline.Images["web"]) > 1;
            _pipelines[pipeline.Name] = PipelineAdditions.Draw(pipeline, isShared, _chance);
        }

        var scenario = plain with { Policies = [.. plain.Policies.Select(each => (each.After, Add(each.Policies)))] };
        foreach (var pipeline in scenario.LastPolicies.Pipelines.Values.Where(pipeline => pipeline.Images.Count > 1))
            scenario = new SetDraft(_chance, pipeline).Add(scenario);
        return WithPeople(scenario with { Faulty = [.. scenario.Pushes.Select(push => push.Digest).Distinct().Where(_ => _chance.Is(0.08))] });
    }

    private PolicySet Add(PolicySet policies) => policies with
    {
        Pipelines = policies.Pipelines.ToImmutableSortedDictionary(each => each.Key, each => _pipelines[each.Key].Add(each.Value, _chance)),
    };

    private Scenario WithPeople(Scenario scenario)
    {
        var span = scenario.End;
        var voices = ImmutableArray.CreateBuilder<Voice>();
        foreach (var (pipeline, stage) in Asking(scenario))
        {
            foreach (var push in PushesOf(scenario, pipeline).Where(push => _chance.Is(0.6)))
                voices.AddRange(Round(pipeline, stage, push));
        }

        PipelinePolicy[] all = [.. scenario.LastPolicies.Pipelines.Values];
        var glasses = Enumerable.Range(0, _chance.Is(0.3) ? _chance.Between(1, 2) : 0).Select(_ => Break(scenario, _chance.Of(all), span)).ToImmutableArray();
        var edits = Enumerable.Range(0, _chance.Is(0.25) ? _chance.Between(1, 2) : 0).Select(_ => Edit(_chance.Of(all), span)).ToImmutableArray();
        return scenario with { Voices = voices.ToImmutable(), Glasses = glasses, Edits = scenario.Edits.AddRange(edits) };
    }

    /// <summary>Who votes: different people, and some of them twice, or written otherwise.</summary>
    private IEnumerable<Voice> Round(PipelinePolicy pipeline, string stage, Push push)
    {
        var image = _chance.Is(0.5) ? push.Tag : push.Digest.ToString();
        var at = push.After;
        for (var left = _chance.Between(1, 4); left > 0; left--)
        {
            at += _chance.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(4));
            var who = _chance.Of(Person.All);
            var voice = new Voice(at, pipeline.Name, stage, image, who, who.Address, _chance.Is(0.94));
            yield return voice;
            if (_chance.Is(0.3))
            {
                var again = at + _chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
                yield return voice with { After = again, Spelt = _chance.Is(0.3) ? who.Address.ToUpperInvariant() : who.Address };
            }
        }
    }

    private Glass Break(Scenario scenario, PipelinePolicy pipeline, TimeSpan span)
    {
        var push = _chance.Of([.. PushesOf(scenario, pipeline)]);
        var stage = _chance.Is(0.5) ? null : _chance.Of(pipeline.Stages).Name;
        var image = _chance.Is(0.6) ? new ImageReference(push.Repository, push.Tag, null) : new(push.Repository, null, push.Digest);
        string[] gates = ["approvals", "windows", "freeze", "rate", "after", "build", "minimumReleaseAge", "hold", "webhook"];
        return new(_chance.Between(push.After, span), pipeline.Name, stage, image, [.. gates.Where(gate => gate == "approvals" || _chance.Is(0.4))]);
    }

    private HandEdit Edit(PipelinePolicy pipeline, TimeSpan span)
    {
        Target[] others = [.. pipeline.Stages.SelectMany(stage => stage.Targets)];
        var kind = _chance.Is(0.7) ? HandEditKind.Setting : HandEditKind.Image;
        return new(_chance.Between(TimeSpan.FromSeconds(1), span), _chance.Of(others).ResourceName, kind);
    }

    private static IEnumerable<Push> PushesOf(Scenario scenario, PipelinePolicy pipeline) =>
        scenario.Pushes.Where(push => push.Repository == pipeline.Images["web"] && push.Artifact == ArtifactKind.Image && Version.Accepted(push.Tag) is not null);

    private static IEnumerable<(PipelinePolicy Pipeline, string Stage)> Asking(Scenario scenario) => scenario.Policies
        .SelectMany(each => each.Policies.Pipelines.Values)
        .SelectMany(pipeline => pipeline.Stages.Where(stage => stage.Gates.Any(gate => gate is Gate.Approvals)).Select(stage => (pipeline, stage.Name)))
        .DistinctBy(each => (each.pipeline.Name, each.Name));
}
