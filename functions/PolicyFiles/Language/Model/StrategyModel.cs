namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary><c>strategy</c> and <c>notify</c>.</summary>
internal static class StrategyModel
{
    public static readonly Key Job = new("job", Texts.Resource, "The Cloud Run job, in the project and region of the stage's first target.")
    { Required = true, Examples = ["\"migrate\""] };

    public static readonly Key Image = new("image", Texts.Label, "The name of the image that the job runs.") { Required = true };

    public static readonly Key Args = new("args", new Form.List(Texts.Any, "an argument"), "Arguments in place of the job's own.")
    { Examples = ["[\"migrate\", \"up\"]"] };

    public static readonly Key Timeout = new("timeout", Spans.Job, "Longer is a failure.") { Default = Defaults.Json(Defaults.JobTimeout) };

    public static readonly Shape Predeploy = new("predeploy", "Before deploying",
        "A job that runs once a release and stage before any traffic.", Job, Image, Args, Timeout);

    public static readonly Key Path = new("path", Texts.Path, "What is asked for.") { Required = true, Examples = ["\"/healthz\""] };

    public static readonly Key Status = new("status", new Form.Whole(100, 599), "The HTTP status that is right.") { Default = Defaults.Json(Defaults.HttpStatus) };

    public static readonly Key Attempts = new("attempts", new Form.Whole(1, 100), "At most so many.") { Default = Defaults.Json(Defaults.Attempts) };

    public static readonly Key Body = new("body", Texts.Any, "A regular expression that the body must match.") { Examples = ["\"^ok$\""] };

    public static readonly Shape Request = new("http", "Request", "A request that the new revision must answer.", Path, Status, Attempts, Body);

    public static readonly Key Http = new("http", new Form.Mapping(Request), "A request that the new revision must answer while it has no traffic.")
    { Required = true };

    public static readonly Shape Verify = new("verify", "Verification", "Asked of the new revision before any traffic moves.", Http);

    public static readonly Key SetWeight = new("setWeight", new Form.Whole(0, 100), "The new revision gets so many percent of the traffic.")
    { Examples = ["5"] };

    public static readonly Key Pause = new("pause", Spans.Some, "Nothing moves for so long.") { Examples = ["\"10m\""] };

    public static readonly Shape Step = new("a step", "Step of a canary", "Traffic moves, or nothing does.", SetWeight, Pause)
    { Variants = [new("setWeight"), new("pause")] };

    public static readonly Key Steps = new("steps", new Form.List(new Form.Mapping(Step), "a step"), "In order; after the last one all traffic.")
    { Required = true };

    public static readonly Key OnNewer = new("onNewer", Words.OnNewer.Form,
        "What becomes of it when a newer release comes: replace starts over with that one; "
            + "finish ends it first and then takes the newest; queue ends it first and leaves none out.")
    { Default = "\"replace\"" };

    public static readonly Shape Canary = new("canary", "Canary", "Traffic by steps.", Steps, OnNewer);

    public static readonly Key MaxErrorRate = new("maxErrorRate", new Form.Percent(), "The largest share of errors.") { Examples = ["\"1%\""] };

    public static readonly Key MaxLatency = new("maxLatencyP95", Spans.Some, "The longest 95th percentile of the time to answer.")
    { Examples = ["\"800ms\""] };

    public static readonly Key MinRequests = new("minRequests", new Form.Whole(1, 1_000_000_000), "With fewer requests nothing is said.")
    { Examples = ["100"] };

    public static readonly Key Window = new("window", Spans.Some, "The span that is looked at.") { Examples = ["\"5m\""] };

    public static readonly Key AnalysisMode = new("mode", Words.AnalysisModes.Form,
        "enforce holds a canary until the metrics are good and takes it back where they are bad; observe only records what they say.")
    { Default = "\"enforce\"" };

    public static readonly Shape Analysis = new("analysis", "Analysis", "What the metrics of a new revision must say.",
        AnalysisMode, MaxErrorRate, MaxLatency, MinRequests, Window)
    { OneAtLeast = ["maxErrorRate", "maxLatencyP95"] };

    public static readonly Key Hold = new("hold", new Form.Flag(), "Whether the stage then takes nothing until somebody resumes it.")
    { Default = "false" };

    public static readonly Shape AutoRollback = new("autoRollback", "Rollback", "A rollout that goes wrong is taken back.", Hold);

    public static readonly Shape Shape = new("strategy", "Strategy", "How a release is applied to a stage. Left out, all traffic at once.",
        new Key("predeploy", new Form.Mapping(Predeploy), "A job that runs before any traffic."),
        new Key("verify", new Form.Mapping(Verify), "What the new revision must answer before any traffic."),
        new Key("canary", new Form.Mapping(Canary), "Traffic by steps."),
        new Key("analysis", new Form.Mapping(Analysis), "What the metrics must say meanwhile."),
        new Key("autoRollback", new Form.Mapping(AutoRollback), "What happens when it goes wrong."));

    public static readonly Key Slack = new("slack", Texts.Channel, "A channel of Slack.") { Examples = ["\"releases\""] };

    public static readonly Key PubSub = new("pubsub", Texts.Topic, "A topic of Pub/Sub, by its id.") { Examples = ["\"deployments\""] };

    public static readonly Shape Notification = new("a notification", "Notification", "Where the end of a rollout is told.", Slack, PubSub)
    { Variants = [new("slack"), new("pubsub")] };
}
