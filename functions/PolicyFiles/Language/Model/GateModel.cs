namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary><c>gates</c>, with every gate but the windows.</summary>
internal static class GateModel
{
    public static readonly Key Status = new("status", Words.EndStatuses, "How the build must have ended.") { Default = Defaults.Json(Defaults.BuildStatus) };

    public static readonly Key Triggers = new("triggers", new Form.List(Texts.Line, "the name of a trigger", Hint: "leave it out to allow every build"),
        "Names or ids of the build triggers allowed. Left out, a build without a trigger is allowed too.")
    { Examples = ["[\"web-release\"]"] };

    public static readonly Key Branch = new("branch", Texts.Line, "The branch, whole; * is any text, ? any one character.")
    { Examples = ["\"release/*\""] };

    public static readonly Key Repository = new("repository", Texts.SourceRepository, "The source repository as Cloud Build names it.")
    { Examples = ["\"acme/app\""] };

    public static readonly Shape Build = new("the build gate", "Build",
        "The image must come, by digest, from a Cloud Build build like this.", Status, Triggers, Branch, Repository);

    public static readonly Key Count = new("count", new Form.Whole(1, 20), "How many different people must approve.") { Default = Defaults.Json(Defaults.Approvals) };

    public static readonly Key From = new("from", new Form.List(Texts.Principal, "a person or group", Hint: "leave it out to allow everybody who is let in"),
        "Who may approve. Left out, everybody who is let in.")
    { Examples = ["[\"group:sre@acme.example\"]"] };

    public static readonly Key Deadline = new("deadline", Spans.Some, "How long they have, from when they could first be asked.")
    { Examples = ["\"24h\""] };

    public static readonly Key NotAuthor = new("notAuthor", new Form.Flag(), "Whether the voice of the commit's author does not count.")
    { Default = "false" };

    public static readonly Shape Approvals = new("the approvals gate", "Approvals",
        "People must have approved the release for the stage, under the policy in force.", Count, From, Deadline, NotAuthor);

    public static readonly Key AtMost = new("atMost", new Form.Whole(1, 100), "How many releases.") { Required = true, Examples = ["3"] };

    public static readonly Key Per = new("per", Spans.Some, "The span, which slides.") { Required = true, Examples = ["\"1h\""] };

    public static readonly Shape Rate = new("the rate gate", "Rate", "The stage takes only so many releases within a span.", AtMost, Per);

    public static readonly Key Url = new("url", Texts.Url, "The https address that is asked (http only for this machine).")
    { Required = true, Examples = ["\"https://checks.acme.example/release\""] };

    public static readonly Key Timeout = new("timeout", Spans.Answer, "Longer is no answer.") { Default = Defaults.Json(Defaults.WebhookTimeout) };

    public static readonly Shape Webhook = new("the webhook gate", "Webhook", "A web address must answer that it may.", Url, Timeout);

    public static readonly Key PublicKey = new("publicKey", Texts.KeyFile, "The file of the policy folder that holds the key, PEM.")
    { Required = true, Examples = ["\"keys/release.pub\""] };

    public static readonly Key Pem = new("pem", Texts.Pem, "The key itself.") { Required = true };

    public static readonly Shape Signature = new("the signature gate", "Signature",
        "The digest must bear a signature of cosign's that this key verifies.", PublicKey);

    /// <summary>In the canonical form there are no files beside it.</summary>
    public static readonly Shape SignatureWithKey = new(Signature.What, Signature.Title, Signature.Description, PublicKey, Pem);

    public static readonly Key Worst = new("atMost", Words.Severities.Form, "The worst severity that passes.") { Required = true };

    public static readonly Key FixableOnly = new("fixableOnly", new Form.Flag(), "Whether only what has a fix counts.") { Default = "false" };

    public static readonly Shape Vulnerabilities = new("the vulnerabilities gate", "Vulnerabilities",
        "Artifact Analysis must have finished looking, and found nothing worse.", Worst, FixableOnly);

    public static readonly Key Builder = new("builder", Texts.Builder, "Who must have built the digest.")
    { Required = true, Examples = ["\"cloud-build\""] };

    public static readonly Key Source = new("repository", Texts.HostedRepository, "From which source repository. Left out, any.")
    { Examples = ["\"github.com/acme/app\""] };

    public static readonly Shape Provenance = new("the provenance gate", "Provenance",
        "Artifact Analysis must know the build that made the digest.", Builder, Source);

    public static readonly Key Windows = new("windows", new Form.List(new Form.Mapping(WindowModel.Shape), "a window"),
        "When releases may go. Allow windows are a union, a deny window always wins.");

    /// <summary>In the order in which they are asked and written.</summary>
    public static readonly Shape Shape = new("gates", "Gates", "What must be true of a release before the stage takes it; all of it.",
        new Key("build", new Form.Mapping(Build), "Asks for the build that made the image."),
        Windows,
        new Key("approvals", new Form.Mapping(Approvals), "Asks people."),
        new Key("rate", new Form.Mapping(Rate), "Asks how many releases there were lately."),
        new Key("webhook", new Form.Mapping(Webhook), "Asks a web address."),
        new Key("signature", new Form.Mapping(Signature), "Asks for a signature."),
        new Key("vulnerabilities", new Form.Mapping(Vulnerabilities), "Asks what is known to be wrong with the image."),
        new Key("provenance", new Form.Mapping(Provenance), "Asks who built the image from what."));
}
