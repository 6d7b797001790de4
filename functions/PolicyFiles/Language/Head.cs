using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>What every document begins with.</summary>
/// <param name="Kind">One of the kinds; where the document names none, the one that its <c>spec</c> looks most like.</param>
/// <param name="Name">Null where it has none that can be used.</param>
/// <param name="NameAt">Where the name stands, or the document where there is none.</param>
/// <param name="Spec">Null where it is missing.</param>
internal sealed record Head(string Kind, string? Name, Position NameAt, YamlNode? Spec)
{
    /// <summary>Reads the head of a document; null where the document is no mapping.</summary>
    public static Head? Read(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, DocumentModel.Any, problems) is not { } fields)
            return null;

        if (fields.Text(DocumentModel.Version with { Form = Texts.Any }) is { } version && version is not DocumentModel.ApiVersion)
            problems.Error(fields.ValueAt(DocumentModel.Version), "policy.value",
                $"'apiVersion' is {Domain.Images.Excerpt.Of(version)}, where this version reads {DocumentModel.ApiVersion}");
        var spec = fields.Node(DocumentModel.SpecKey);
        var kind = fields.Word(DocumentModel.Kind) ?? Likely(spec);
        var (name, at) = ReadName(fields);
        return new(kind, name, at, spec);
    }

    /// <summary>Reads a part of the canonical form, whose kind its place gives.</summary>
    public static Head? Read(YamlNode node, string kind, Shape shape, ProblemList problems)
    {
        if (Fields.Of(node, shape, problems) is not { } fields)
            return null;
        var (name, at) = ReadName(fields);
        return new(kind, name, at, fields.Node(DocumentModel.SpecKey));
    }

    private static (string? Name, Position At) ReadName(Fields fields) =>
        fields.Mapping(DocumentModel.MetadataKey) is { } metadata
            ? (metadata.Text(DocumentModel.Name), metadata.ValueAt(DocumentModel.Name))
            : (null, fields.At);

    private static string Likely(YamlNode? spec) => spec is YamlNode.Mapping mapping
        ? DocumentModel.Kinds.MaxBy(kind => mapping.Entries.Count(entry => kind.Spec.Has(entry.Key.Text))).Kind
        : DocumentModel.Kinds[0].Kind;
}
