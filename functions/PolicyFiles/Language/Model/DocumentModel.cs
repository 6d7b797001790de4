using System.Collections.Immutable;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>What every document begins with, and the kinds of documents.</summary>
internal static class DocumentModel
{
    /// <summary>The only version of the language.</summary>
    public const string ApiVersion = "cdautomation/v1";

    public static readonly Key Version = new("apiVersion", new Form.Words([ApiVersion]), "The version of the language.") { Required = true };

    public static readonly Key Name = new("name", Texts.Label, "Unique among the documents of this kind.") { Required = true, Examples = ["\"shop\""] };

    public static readonly Shape Metadata = new("metadata", "Metadata", "What the document is called.", Name);

    public static readonly Key MetadataKey = new("metadata", new Form.Mapping(Metadata), "What the document is called.") { Required = true };

    /// <summary>What the document says; its shape depends on the kind.</summary>
    public static readonly Key SpecKey = new("spec", new Form.Mapping(new Shape("spec", "Content", "What the document says.")), "What it says.")
    { Required = true };

    /// <summary>The kinds, with what stands in their <c>spec</c>.</summary>
    public static readonly ImmutableArray<(string Kind, Shape Spec)> Kinds =
        [("Pipeline", PipelineModel.Spec), ("Freeze", WindowModel.Freeze), ("PolicyTest", TestModel.Spec)];

    public static readonly Key Kind = new("kind", new Form.Words([.. Kinds.Select(kind => kind.Kind)]), "What the document is.") { Required = true };

    /// <summary>A document of a kind.</summary>
    public static Shape Of(string kind, Shape spec) => new("a document", spec.Title, spec.Description,
        Version, Kind with { Form = new Form.Words([kind]) }, MetadataKey, SpecKey with { Form = new Form.Mapping(spec), Description = spec.Description });

    /// <summary>A document whose kind is not known yet.</summary>
    public static readonly Shape Any = new("a document", "Document", "A document of policies.",
        Version, Kind, MetadataKey, SpecKey);

    /// <summary>A pipeline or freeze of the canonical form.</summary>
    public static Shape Part(string what, Shape spec) => new(what, spec.Title, spec.Description,
        MetadataKey, SpecKey with { Form = new Form.Mapping(spec), Description = spec.Description });
}
