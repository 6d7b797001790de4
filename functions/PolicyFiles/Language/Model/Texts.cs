namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>
/// The shapes of texts. Google's own limits where they are known; otherwise only what keeps a resource path a path, and a sentence one line.
/// </summary>
internal static class Texts
{
    /// <summary>A name that the policies give: of a pipeline, a stage, an image.</summary>
    public static readonly Form.Text Label = new("[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
        "lower-case letters, digits and hyphens, a letter first, no hyphen last, at most 63 characters");

    /// <summary>A Google Cloud project id, also one scoped by a domain (<c>example.com:prj</c>).</summary>
    public static readonly Form.Text Project = new("(?:[a-z0-9][a-z0-9.-]{0,252}:)?[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?",
        "a project id: lower-case letters, digits and hyphens, a letter first, at most 30 characters");

    /// <summary>A location of Cloud Run.</summary>
    public static readonly Form.Text Region = new("[a-z]+(?:-[a-z]+)*[0-9]{0,2}",
        "a region such as asia-northeast1 (not a zone such as asia-northeast1-a)");

    /// <summary>A Cloud Run service, job or worker pool (run.proto, CreateServiceRequest.service_id: fewer than 50 characters).</summary>
    public static readonly Form.Text Resource = new("[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?",
        "the name of a Cloud Run service, job or worker pool: "
            + "lower-case letters, digits and hyphens, a letter first, no hyphen last, at most 49 characters");

    /// <summary>A source repository as Cloud Build names it.</summary>
    public static readonly Form.Text SourceRepository = new("[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+", "owner/name", 300);

    /// <summary>A source repository as provenance names it.</summary>
    public static readonly Form.Text HostedRepository = new("[a-z0-9.-]+/[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+",
        "a host with owner and name, e.g. github.com/acme/app", 500);

    /// <summary>Who built an image.</summary>
    public static readonly Form.Text Builder = new(@"cloud-build|https://[\x21-\x7e]+", "cloud-build or the https address of a builder", 500);

    /// <summary>A line of text for people.</summary>
    public static readonly Form.Text Line = new(@"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+", "one line of at most 300 characters", 300);

    /// <summary>A tag (OCI distribution specification v1.1, reference as a tag).</summary>
    public static readonly Form.Text Tag = new("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "a tag: at most 128 letters, digits, '_', '.' and '-'");

    /// <summary>Operating system and architecture (OCI image specification v1.1, platform).</summary>
    public static readonly Form.Text Platform = new("[a-z0-9]{1,20}/[a-z0-9]{1,20}(?:/v[0-9]{1,2})?",
        "an operating system and an architecture, e.g. linux/amd64");

    /// <summary>A person or a group.</summary>
    public static readonly Form.Text Principal = new(@"(?:user|group):[^\x00-\x20\x7f@:]+@[A-Za-z0-9.-]+",
        "user: or group: with an e-mail address, e.g. group:sre@acme.example", 330);

    /// <summary>A person's address.</summary>
    public static readonly Form.Text Address = new(@"[^\x00-\x20\x7f@:]+@[A-Za-z0-9.-]+", "an e-mail address", 320);

    /// <summary>A pipeline that a freeze leaves alone.</summary>
    public static readonly Form.Text Excepted = new("pipeline:[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", "pipeline: with the name of a pipeline");

    /// <summary>A web address that may be asked.</summary>
    public static readonly Form.Text Url = new(@"https?://[\x21-\x7e]+", "an https address (http only for this machine)", 2000);

    /// <summary>A path of a web address.</summary>
    public static readonly Form.Text Path = new(@"/[\x21-\x7e]*", "a path that begins with '/'", 1000);

    /// <summary>A file of the policy folder that holds a key.</summary>
    public static readonly Form.Text KeyFile = new(@"[A-Za-z0-9_][A-Za-z0-9_./-]*\.(?:pub|pem)",
        "the path of a .pub or .pem file below the policy folder, e.g. keys/release.pub", 250);

    /// <summary>A channel of Slack.</summary>
    public static readonly Form.Text Channel = new("#?[a-z0-9][a-z0-9_-]{0,79}", "a channel of Slack: lower-case letters, digits, '-' and '_'");

    /// <summary>A topic of Pub/Sub (pubsub.proto, Topic.name).</summary>
    public static readonly Form.Text Topic = new("[A-Za-z][A-Za-z0-9_.~+%-]{2,}",
        "the id of a Pub/Sub topic: 3 to 255 letters, digits and marks, a letter first", 255);

    /// <summary>A time zone by its id.</summary>
    public static readonly Form.Text TimeZone = new("[A-Za-z0-9_+/-]{1,60}", "an IANA time zone such as Asia/Tokyo");

    /// <summary>Two times of the day.</summary>
    public static readonly Form.Text Hours = new("(?:[01][0-9]|2[0-3]):[0-5][0-9]-(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)",
        "two times of the day with two digits each, e.g. '10:00-17:00', '22:00-02:00' or '00:00-24:00'");

    /// <summary>A date or a minute of the wall clock.</summary>
    public static readonly Form.Text Local = new("[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?",
        "a date or a minute of the wall clock of timeZone, without an offset, e.g. '2026-12-28' or '2026-12-28T09:00'");

    /// <summary>An instant.</summary>
    public static readonly Form.Text Instant = new("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})",
        "an instant with its offset, e.g. '2026-12-30T11:00:00+09:00'");

    /// <summary>Who or what gives a verdict: a gate, the tag rules, or a reason's code.</summary>
    public static readonly Form.Text By = new(@"[a-z][A-Za-z0-9]{0,40}(?:\.[A-Za-z0-9]{1,40}){0,4}",
        "the name of a gate, 'tags', or the code of a reason");

    /// <summary>A PEM text.</summary>
    public static readonly Form.Text Pem = new(wanted: "a public key as PEM");

    /// <summary>Anything.</summary>
    public static readonly Form.Text Any = new();
}
