using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A target and where it stands, so that a second claim on it can be pointed at.</summary>
internal sealed record PlacedTarget(Target Target, Position At);

/// <summary>Reads <c>stages</c>.</summary>
internal static class StagesPart
{
    /// <summary>The stages, without those in which something is wrong; every target that could be read goes into the list given.</summary>
    /// <param name="images">The names of the pipeline's images, of which a target takes one; null where they could not be read.</param>
    public static ImmutableArray<StagePolicy> Read(
        YamlNode node, IReadOnlyList<string>? images, List<PlacedTarget> targets, ProblemList problems)
    {
        var items = problems.OneOf(node, "stages", "a stage", "several stages of a pipeline");
        return [.. items.Select(item => Stage(item, images, targets, problems)).OfType<StagePolicy>()];
    }

    private static StagePolicy? Stage(YamlNode node, IReadOnlyList<string>? images, List<PlacedTarget> targets, ProblemList problems)
    {
        if (Fields.Of(node, "a stage", problems, ["name", "targets", "gates", "strategy"], Later.OfStage) is not { } fields)
            return null;

        var name = fields.Required("name") is { } text ? problems.Label(text, "name") : null;
        var here = fields.Required("targets") is { } list ? Targets(list, images, problems) : [];
        var gates = fields.Optional("gates") is { } asked ? GatesPart.Read(asked, problems) : [];
        if (fields.Optional("strategy") is { } strategy)
            Later.ReportStrategy(fields.Key("strategy"), strategy, problems);

        targets.AddRange(here);
        return name is null ? null : new StagePolicy(name, [.. here.Select(placed => placed.Target)], gates);
    }

    private static ImmutableArray<PlacedTarget> Targets(YamlNode node, IReadOnlyList<string>? images, ProblemList problems) =>
        [.. problems.OneOf(node, "targets", "a target", "several targets of a stage")
            .Select(item => Target(item, images, problems)).OfType<PlacedTarget>()];

    private static PlacedTarget? Target(YamlNode node, IReadOnlyList<string>? images, ProblemList problems)
    {
        if (Fields.Of(node, "a target", problems, ["service", "project", "region", "image", "container"], Later.OfTarget) is not { } fields)
            return null;

        // A job needs no service: 'later' has been said, and a missing key would only be in the way.
        var service = Later.OfTarget.Any(fields.Has) && !fields.Has("service") ? null
            : fields.Required("service") is { } named ? problems.Service(named) : null;
        var project = fields.Required("project") is { } id ? problems.Project(id) : null;
        var region = fields.Required("region") is { } place ? problems.Region(place) : null;
        var image = fields.Required("image") is { } chosen ? Image(chosen, images, problems) : null;
        var container = fields.Optional("container") is { } one ? problems.Label(one, "container") : null;

        return service is null || project is null || region is null || image is null
            ? null
            : new(new Target(project, region, service, image, container), fields.At);
    }

    private static string? Image(YamlNode node, IReadOnlyList<string>? images, ProblemList problems)
    {
        if (problems.Text(node, "image") is not { } image)
            return null;
        if (images is null || images.Contains(image))
            return image;
        var suggestion = Nearest.Suggest(image, [.. images.Where(Names.IsLabel).Take(10)]);
        problems.Error(node.At, "policy.value", $"'image' is {Excerpt.Of(image)}, which is none of the pipeline's images{suggestion}");
        return null;
    }

    /// <summary>The items of a list that must have one for now: none is a mistake, more than one comes later.</summary>
    private static ImmutableArray<YamlNode> OneOf(this ProblemList problems, YamlNode node, string key, string item, string later)
    {
        if (node is not YamlNode.Sequence list)
        {
            problems.Error(node.At, "policy.type", $"'{key}' is {node.Kind}, where a list is needed; begin {item} with '- '");
            return [];
        }
        if (list.Items is [])
            problems.Error(list.At, "policy.value", $"'{key}' is an empty list, where {item} is needed");
        if (list.Items is [_, var second, ..])
            problems.Error(second.At, "policy.later", $"{later} are part of the language but this version does not carry them out yet");
        return list.Items;
    }
}
