using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>The stages of a pipeline, as far as they could be read.</summary>
/// <param name="All">Without those in which something is wrong.</param>
/// <param name="Names">The names of all; null where one could not be read.</param>
/// <param name="Targets">All that could be read.</param>
internal sealed record Stages(ImmutableArray<StagePolicy> All, NameTable? Names, ImmutableArray<PlacedTarget> Targets);

/// <summary>Reads <c>stages</c>.</summary>
internal static class StagesPart
{
    /// <summary>The stages in order.</summary>
    /// <param name="images">The pipeline's images; null where they could not be read.</param>
    /// <param name="keys">The key files beside the policies; null in the canonical form.</param>
    public static Stages Read(Fields spec, NameTable? images, KeyFiles? keys, ProblemList problems)
    {
        var placed = spec.Items(PipelineModel.Stages).Select(item => Stage(item, images, keys, problems)).ToArray();
        Order.Check([.. placed.OfType<PlacedStage>()], problems);
        var named = placed.All(stage => stage?.Named is not null);
        return new(
            [.. placed.Select(stage => stage?.Policy).OfType<StagePolicy>()],
            named ? new NameTable(placed.Select(stage => stage!.Named!.Name)) : null,
            [.. placed.OfType<PlacedStage>().SelectMany(stage => stage.Targets)]);
    }

    private static PlacedStage? Stage(YamlNode node, NameTable? images, KeyFiles? keys, ProblemList problems)
    {
        if (Fields.Of(node, PipelineModel.Stage, problems) is not { } fields)
            return null;

        var name = fields.Text(PipelineModel.StageName);
        var shown = name ?? "without a name";
        var targets = TargetsPart.Read(fields, images, problems);
        var after = fields.Mapping(PipelineModel.StageAfter) is { } earlier ? After(earlier) : null;
        var gates = fields.Mapping(PipelineModel.Gates) is { } asked ? GatesPart.Read(asked, keys, problems) : [];
        var strategy = fields.Mapping(PipelineModel.Strategy) is { } how ? StrategyPart.Read(how, images, problems) : Strategy.AllAtOnce;
        var notify = StrategyPart.Notify(fields, shown, problems);

        return new(
            name is null ? null : new(name, fields.ValueAt(PipelineModel.StageName)),
            after?.Named,
            targets,
            name is null ? null : new StagePolicy(name, [.. targets.Select(placed => placed.Target)], gates)
            {
                After = after?.Gate,
                Strategy = strategy,
                Notify = notify,
            });
    }

    private static (Named Named, Gate.After Gate)? After(Fields fields)
    {
        var soak = fields.Duration(PipelineModel.SoakTime) ?? TimeSpan.Zero;
        return fields.Text(PipelineModel.AfterStage) is { } stage
            ? (new(stage, fields.ValueAt(PipelineModel.AfterStage)), new Gate.After(stage, soak))
            : null;
    }

    private sealed record PlacedStage(Named? Named, Named? After, ImmutableArray<PlacedTarget> Targets, StagePolicy? Policy);

    /// <summary>Stages have different names, and each can be reached: what it goes after stands above it.</summary>
    private static class Order
    {
        public static void Check(ImmutableArray<PlacedStage> stages, ProblemList problems)
        {
            var all = new NameTable(stages.Select(stage => stage.Named?.Name).OfType<string>());
            var complete = stages.All(stage => stage.Named is not null);
            var above = new Dictionary<string, Named>(StringComparer.Ordinal);
            foreach (var stage in stages)
            {
                if (stage.After is { } after && !above.ContainsKey(after.Name))
                    Report(stage, after, all, complete, problems);
                if (stage.Named is { } named && !above.TryAdd(named.Name, named))
                    problems.Error(named.At, "policy.duplicateName", $"a stage '{named.Name}' stands in line {above[named.Name].At.Line} already");
            }
        }

        private static void Report(PlacedStage stage, Named after, NameTable all, bool complete, ProblemList problems)
        {
            if (after.Name == stage.Named?.Name)
                problems.Error(after.At, "policy.unreachable", $"stage '{after.Name}' goes after itself, so that nothing can ever reach it");
            else if (all.Contains(after.Name))
                problems.Error(after.At, "policy.unreachable",
                    $"'stage' is {Excerpt.Of(after.Name)}, which stands below; a stage goes after one that stands above it");
            else if (complete)
                all.Check(problems, after, "stage", "the pipeline's stages");
        }
    }
}
