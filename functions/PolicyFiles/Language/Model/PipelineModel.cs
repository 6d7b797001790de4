using System.Collections.Immutable;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>The document of the kind <c>Pipeline</c>.</summary>
internal static class PipelineModel
{
    public static readonly Key Repository = new("repository", Texts.Any, "Where the image is kept: a host and a path, never a tag.")
    { Required = true, Examples = ["\"asia-northeast1-docker.pkg.dev/acme/app/web\""] };

    public static readonly Shape Image = new("an image", "Image", "An image of the release.", Repository);

    public static readonly Key Service = new("service", Texts.Resource, "The Cloud Run service that takes the image.") { Examples = ["\"web\""] };

    public static readonly Key Job = new("job", Texts.Resource, "The Cloud Run job that takes the image.") { Examples = ["\"nightly\""] };

    public static readonly Key WorkerPool = new("workerPool", Texts.Resource, "The Cloud Run worker pool that takes the image.")
    { Examples = ["\"mail\""] };

    public static readonly Key Project = new("project", Texts.Project, "The Google Cloud project.") { Required = true, Examples = ["\"acme\""] };

    public static readonly Key Region = new("region", Texts.Region, "The location of Cloud Run.")
    { Required = true, Examples = ["\"asia-northeast1\""] };

    public static readonly Key TargetImage = new("image", Texts.Label, "The name of the image that it runs.") { Required = true, Examples = ["\"web\""] };

    public static readonly Key Container = new("container", Texts.Label,
        "Which container takes it. Left out, the only one, or the one that has the ingress port.")
    { Examples = ["\"app\""] };

    public static readonly Key Run = new("run", new Form.Flag(), "Whether a job is started once after it has taken the image; for jobs alone.")
    { Default = "false" };

    public static readonly Shape Target = new("a target", "Target", "What of Cloud Run takes an image.",
        Service, Job, WorkerPool, Project, Region, TargetImage, Container, Run)
    { Variants = [new("service"), new("job"), new("workerPool")] };

    public static readonly Key AfterStage = new("stage", Texts.Label, "The earlier stage.") { Required = true, Examples = ["\"staging\""] };

    public static readonly Key SoakTime = new("soakTime", Spans.Any, "How long it must have served there.") { Default = "\"0s\"" };

    public static readonly Shape After = new("after", "After", "The earlier stage that must have proved a release.", AfterStage, SoakTime);

    public static readonly Key StageName = new("name", Texts.Label, "Unique in the pipeline.") { Required = true, Examples = ["\"production\""] };

    public static readonly Key StageAfter = new("after", new Form.Mapping(After), "Which earlier stage must have proved a release, and for how long.");

    public static readonly Key Targets = new("targets", new Form.List(new Form.Mapping(Target), "a target"), "What takes the images.")
    { Required = true };

    public static readonly Key Gates = new("gates", new Form.Mapping(GateModel.Shape), "What must be true before.");

    public static readonly Key Strategy = new("strategy", new Form.Mapping(StrategyModel.Shape), "How a release is applied.");

    public static readonly Key Notify = new("notify", new Form.List(new Form.Mapping(StrategyModel.Notification), "a notification"),
        "Who is told how a rollout ends.");

    public static readonly Shape Stage = new("a stage", "Stage", "An environment: what is deployed there, and what must be true before.",
        StageName, StageAfter, Targets, Gates, Strategy, Notify);

    public static readonly Key Mode = new("mode", Words.Modes.Form,
        "enforce carries decisions out; shadow decides and records, and changes nothing; off does not decide.")
    { Default = "\"enforce\"" };

    public static readonly Key Images = new("images", new Form.Named(Texts.Label, Image), "The repositories of a release, by names of your choice.")
    { Required = true };

    public static readonly Key Match = new("match", Words.Matches.Form, "What makes images of several repositories one release.");

    public static readonly Key Platform = new("platform", Texts.Platform, "The platform an image must have.") { Examples = ["\"linux/amd64\""] };

    public static readonly Key MinimumReleaseAge = new("minimumReleaseAge", Spans.Any,
        "How long an image must have been in the registry, by the registry's clock.")
    { Examples = ["\"10m\""] };

    public static readonly Key Stages = new("stages", new Form.List(new Form.Mapping(Stage), "a stage"), "In order.") { Required = true };

    public static readonly Key Tests = new("tests", TestModel.List, "What you expect of the policy; it comes into force only if that is so.");

    private static readonly ImmutableArray<Key> Keys =
        [Mode, Images, Match, .. TagModel.Shape.Keys, Platform, MinimumReleaseAge, Stages];

    public static readonly Shape Spec = new("spec", "Pipeline", "Which images make a release, and the stages it goes through.", [.. Keys, Tests]);

    /// <summary>In the canonical form tests stand by themselves.</summary>
    public static readonly Shape Canonical = new(Spec.What, Spec.Title, Spec.Description, Keys);
}
