namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>The one document of the canonical form. Its parts are those of the language, with keys inside and tests by themselves.</summary>
internal static class CanonicalModel
{
    /// <summary>The kind of it; no file says so.</summary>
    public const string SetKind = "PolicySet";

    public static readonly Key Kind = new("kind", new Form.Words([SetKind]), "What the document is.") { Required = true };

    public static readonly Shape Freeze = DocumentModel.Part("a freeze", WindowModel.Freeze);

    public static readonly Shape Pipeline = DocumentModel.Part("a pipeline", PipelineModel.Canonical);

    public static readonly Key Freezes = List("freezes", Freeze, "a freeze", "By name.");

    public static readonly Key Pipelines = List("pipelines", Pipeline, "a pipeline", "By name.");

    public static readonly Key Tests = List("tests", TestModel.Canonical, "a test", "By pipeline and name.");

    public static readonly Shape Set = new("the canonical policies", "Canonical policies", "All policies of one commit.",
        DocumentModel.Version, Kind, Freezes, Pipelines, Tests);

    private static Key List(string name, Shape shape, string item, string description) =>
        new(name, new Form.List(new Form.Mapping(shape), item, MayBeEmpty: true), description) { Required = true };
}
