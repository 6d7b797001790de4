using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// The data of a message of Cloud Build's topic: a Build as JSON (cloudbuild.proto). What is unknown is ignored, as Google's own
/// notifiers do; of the substitutions only what is looked for is read, and none is kept under its own name.
/// </summary>
internal static class BuildMessage
{
    /// <summary>More images than a build can name in a message of Cloud Build's by far; what is above it is no build of ours.</summary>
    private const int ImagesMax = 500;

    private const int NameMax = 256;

    private static readonly string[] Terminal = ["SUCCESS", "FAILURE", "INTERNAL_ERROR", "TIMEOUT", "CANCELLED", "EXPIRED"];

    private static readonly string[] Unfinished = ["STATUS_UNKNOWN", "PENDING", "QUEUED", "WORKING"];

    /// <summary>Reads it; a build that has not ended is refused with the code <c>build.unfinished</c>.</summary>
    /// <param name="data">The data.</param>
    /// <param name="arrival">How it came.</param>
    /// <param name="author">The substitution that names whoever pushed the commit; null where none is to be believed.</param>
    public static Parsed<Signal> Read(JsonElement data, Arrival arrival, AuthorSubstitution? author = null)
    {
        JsonElement? build = data;
        if (!data.Has("id") || !data.Has("status"))
        {
            var likeness = data.Has("action") ? "; it looks like a registry event" : "";
            return new Reason("message.notABuild", $"the data has no id, or no status{likeness}");
        }

        if (build.Text("id", NameMax) is not { } id)
            return new Reason("build.id", "the build's id is no text of use");
        if (data.TextOrProblem("status", out var wrong) is not { } status)
            return wrong!;
        if (Unfinished.Contains(status))
            return new Reason("build.unfinished", $"build {Excerpt.Of(id)} is {status}; only its end matters");
        if (!Terminal.Contains(status))
            return new Reason("build.status", $"build {Excerpt.Of(id)} is {Excerpt.Of(status)}, which is no status known");
        if ((build.Text("projectId", NameMax) ?? ProjectOf(build.Text("name", 1024))) is not { } project)
            return new Reason("build.project", $"build {Excerpt.Of(id)} does not say in which project it ran");

        var images = Images(data).Take(ImagesMax + 1).ToImmutableArray();
        var asked = Asked(data).Take(ImagesMax + 1).ToImmutableArray();
        return images.Length > ImagesMax || asked.Length > ImagesMax
            ? new Reason("build.images", $"build {Excerpt.Of(id)} names more than {ImagesMax} images")
            : new Signal.BuildFinished(Build(build, id, project, status, images, asked, arrival.PublishedAt, author));
    }

    private static Build Build(
        JsonElement? build,
        string id,
        string project,
        string status,
        ImmutableArray<BuiltImage> images,
        ImmutableArray<Repository> asked,
        DateTimeOffset publishedAt,
        AuthorSubstitution? author)
    {
        var trigger = build?.Object("substitutions");
        var triggerId = build.Text("buildTriggerId", NameMax);
        return new(
            id,
            project,
            status,
            images,
            asked,
            triggerId,
            trigger.Text("TRIGGER_NAME", NameMax),
            // A tag's build sets TAG_NAME in place of BRANCH_NAME; a tag that is called like a branch is not that branch.
            trigger.Text("TAG_NAME", NameMax) is null ? trigger.Text("BRANCH_NAME", NameMax) : null,
            BuildSource.Commit(build) ?? trigger.Text("COMMIT_SHA", NameMax) ?? trigger.Text("REVISION_ID", NameMax),
            trigger.Text("REPO_FULL_NAME", NameMax) ?? BuildSource.Repository(build),
            build?.Time("finishTime") ?? publishedAt,
            Address(build.Text("logUrl", 2048)))
        {
            Address = BuildSource.Address(build),
            ServiceAccount = Email(build.Text("serviceAccount", 1024)),
            Author = triggerId is null ? null : author?.Of(trigger),
        };
    }

    /// <summary>The email in <c>projects/p/serviceAccounts/EMAIL</c>; a numeric id there names nobody whom people know.</summary>
    private static string? Email(string? account) =>
        account?.Split('/') is ["projects", _, "serviceAccounts", var name] && name.Contains('@', StringComparison.Ordinal) ? name : null;

    /// <summary>
    /// What it pushed: <c>results.images</c>, filled only for images listed under <c>images:</c>. One digest under two tags is one image.
    /// </summary>
    private static IEnumerable<BuiltImage> Images(JsonElement build)
    {
        var images = build.Object("results") is { } results ? results.Items("images") : [];
        return images
            .Select(image => (JsonElement?)image)
            .Select(image => (Name: image.Text("name", ImageReference.LengthMax), Digest: image.Text("digest", 128)))
            .Select(image => ImageReference.TryParse(image.Name, out var name) && Digest.TryParse(image.Digest, out var digest)
                ? new BuiltImage(name.Repository, digest)
                : null)
            .OfType<BuiltImage>()
            .Distinct();
    }

    private static IEnumerable<Repository> Asked(JsonElement build) => build.Items("images")
        .Where(image => image.ValueKind is JsonValueKind.String)
        .Select(image => ImageReference.TryParse(image.GetString(), out var name) ? name.Repository : null)
        .OfType<Repository>()
        .Distinct();

    /// <summary>The second segment of <c>projects/p/locations/l/builds/b</c>; a number there, where projectId has the id.</summary>
    private static string? ProjectOf(string? name) => name?.Split('/') is ["projects", { Length: > 0 } project, ..] ? project : null;

    private static string? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? text : null;
}
