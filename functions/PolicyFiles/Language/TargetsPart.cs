using System.Collections.Immutable;
using CdAutomation.Domain.Targets;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A target and where it stands, so that a second claim on it can be pointed at.</summary>
internal sealed record PlacedTarget(Target Target, Position At);

/// <summary>Reads <c>targets</c>.</summary>
internal static class TargetsPart
{
    /// <summary>The targets, without those in which something is wrong.</summary>
    /// <param name="images">The pipeline's images, of which a target takes one; null where they could not be read.</param>
    public static ImmutableArray<PlacedTarget> Read(Fields stage, NameTable? images, ProblemList problems) =>
        [.. stage.Items(PipelineModel.Targets).Select(item => Target(item, images, problems)).OfType<PlacedTarget>()];

    private static PlacedTarget? Target(YamlNode node, NameTable? images, ProblemList problems)
    {
        if (Fields.Of(node, PipelineModel.Target, problems) is not { } fields)
            return null;

        var (service, job, pool) = (fields.Text(PipelineModel.Service), fields.Text(PipelineModel.Job), fields.Text(PipelineModel.WorkerPool));
        var kind = service is not null ? TargetKind.Service : job is not null ? TargetKind.Job : TargetKind.WorkerPool;
        var project = fields.Text(PipelineModel.Project);
        var region = fields.Text(PipelineModel.Region);
        var container = fields.Text(PipelineModel.Container);
        var image = fields.Text(PipelineModel.TargetImage with { Form = Texts.Any });
        if (image is not null)
            images?.Check(problems, new(image, fields.ValueAt(PipelineModel.TargetImage)), "image", "the pipeline's images");

        var run = fields.Flag(PipelineModel.Run) ?? false;
        if (run && kind != TargetKind.Job)
            problems.Error(fields.KeyAt(PipelineModel.Run), "policy.value", "'run' starts a job, and this target is none; remove it");

        return (service ?? job ?? pool) is { } name && project is not null && region is not null && image is not null
            ? new(new Target(project, region, name, image, container, kind) { RunOnDeploy = run }, fields.At)
            : null;
    }
}
