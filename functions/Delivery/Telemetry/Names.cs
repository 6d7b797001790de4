namespace CdAutomation.Delivery.Telemetry;

/// <summary>
/// Names of attributes. Those of OpenTelemetry's semantic conventions (1.37: CICD, Deployment, OCI, Container, User, Error) where they have one;
/// the others begin with <c>cdautomation.</c>.
/// </summary>
public static class Names
{
    /// <summary>Name of the pipeline.</summary>
    public const string Pipeline = "cicd.pipeline.name";

    /// <summary>Name of the stage.</summary>
    public const string Stage = "deployment.environment.name";

    /// <summary>Id of the release.</summary>
    public const string Release = "deployment.id";

    /// <summary><c>sha256:…</c></summary>
    public const string Digest = "oci.manifest.digest";

    /// <summary>Where the image is stored.</summary>
    public const string Image = "container.image.name";

    /// <summary>By which tag it was found.</summary>
    public const string Tag = "container.image.tag";

    /// <summary>Id of the decision, as the journal has it.</summary>
    public const string Decision = "cdautomation.decision.id";

    /// <summary>What became of the image; see <see cref="Domain.Decisions.Outcome"/>.</summary>
    public const string Outcome = "cdautomation.outcome";

    /// <summary>Code of the reason.</summary>
    public const string Reason = "cdautomation.reason.code";

    /// <summary>The event's key, or the tick.</summary>
    public const string Cause = "cdautomation.cause";

    /// <summary>Short name of what runs the image.</summary>
    public const string Target = "cdautomation.target";

    /// <summary>Share of the traffic, 0 to 100.</summary>
    public const string Percent = "cdautomation.traffic.percent";

    /// <summary>Name of the gate.</summary>
    public const string Gate = "cdautomation.gate.name";

    /// <summary>The policy's commit.</summary>
    public const string Commit = "cdautomation.policy.commit";

    /// <summary>Whoever acted: a person, or a service account.</summary>
    public const string User = "user.id";

    /// <summary>What kind of error.</summary>
    public const string ErrorType = "error.type";

    /// <summary>A word of ours in camel case, as the API and the journal have it.</summary>
    internal static string Word(Enum word) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}
