using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A document of the kind <c>Pipeline</c>, as far as it could be read.</summary>
/// <param name="Name">Null where it has none that can be used.</param>
/// <param name="NameAt">Where the name stands.</param>
/// <param name="Targets">All that could be read.</param>
/// <param name="Policy">Null where the document has an error.</param>
internal sealed record PipelineDocument(string? Name, Position NameAt, ImmutableArray<PlacedTarget> Targets, PipelinePolicy? Policy)
{
    private const string ApiVersion = "cdautomation/v1";

    /// <summary>Reads a document; null where it is of another kind.</summary>
    public static PipelineDocument? Read(YamlNode node, ProblemList problems)
    {
        var before = problems.Errors;
        if (Fields.Of(node, "a document", problems, ["apiVersion", "kind", "metadata", "spec"]) is not { } fields)
            return null;

        CheckApiVersion(fields, problems);
        if (fields.Optional("kind") is YamlNode.Scalar kind && Later.Kinds.Contains(kind.Text))
        {
            problems.Later(kind);
            return null;
        }
        if (fields.RequiredText("kind") is { } word && word is not "Pipeline")
            problems.Error(fields.Required("kind")!.At, "policy.value",
                $"'kind' is {Excerpt.Of(word)}{Nearest.Suggest(word, ["Pipeline", .. Later.Kinds])}");

        var (name, nameAt) = ReadName(fields, problems);
        var targets = new List<PlacedTarget>();
        var policy = fields.Required("spec") is { } spec ? Spec(spec, name, targets, problems) : null;
        return new(name, nameAt, [.. targets], problems.Errors == before ? policy : null);
    }

    private static void CheckApiVersion(Fields fields, ProblemList problems)
    {
        if (fields.RequiredText("apiVersion") is { } version && version is not ApiVersion)
            problems.Error(fields.Required("apiVersion")!.At, "policy.value",
                $"'apiVersion' is {Excerpt.Of(version)}, where this version reads {ApiVersion}");
    }

    private static (string? Name, Position At) ReadName(Fields fields, ProblemList problems) =>
        fields.Required("metadata") is { } node && Fields.Of(node, "metadata", problems, ["name"]) is { } metadata
            && metadata.Required("name") is { } name
                ? (problems.Label(name, "name"), name.At)
                : (null, fields.At);

    private static PipelinePolicy? Spec(YamlNode node, string? name, List<PlacedTarget> targets, ProblemList problems)
    {
        string[] known = ["mode", "images", .. TagsPart.Keys, "stages"];
        if (Fields.Of(node, "spec", problems, known, Later.OfPipeline) is not { } spec)
            return null;

        CheckMode(spec, problems);
        IReadOnlyList<string>? names = null;
        var images = spec.Required("images") is { } list ? ImagesPart.Read(list, out names, problems) : null;
        var tags = TagsPart.Read(spec, problems);
        var stages = spec.Required("stages") is { } steps ? StagesPart.Read(steps, names, targets, problems) : [];
        return name is null || images is null || tags is null ? null : new(name, images, tags, stages);
    }

    private static void CheckMode(Fields spec, ProblemList problems)
    {
        // Unquoted, off is a text here (YAML 1.2); a parser of YAML 1.1 would have made it false, which is told as a type then.
        if (spec.Optional("mode") is not { } node || problems.Text(node, "mode") is not { } mode || mode is "enforce")
            return;
        if (Later.Modes.Contains(mode))
            problems.Later((YamlNode.Scalar)node);
        else
            problems.Error(node.At, "policy.value", $"'mode' is {Excerpt.Of(mode)}{Nearest.Suggest(mode, ["enforce", .. Later.Modes])}");
    }
}
