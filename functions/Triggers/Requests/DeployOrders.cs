using System.Security.Cryptography;
using CdAutomation.Delivery;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Requests;

/// <summary>
/// Takes somebody's order to deploy one image: into the journal like any other event, then decided under the policies in force.
/// </summary>
public sealed class DeployOrders(Inbox inbox, ActivePolicies policies, Reports reports, TimeProvider clock)
{
    /// <summary>The topic under which the journal keeps what people ask for.</summary>
    public const string Topic = "request";

    private const int BodyMax = 64 * 1024;

    internal async Task<ApiResult> DeployAsync(string pipeline, HttpRequest request, string actor, CancellationToken cancellation)
    {
        var active = await policies.CurrentAsync(cancellation);
        if (!active.Pipelines.TryGetValue(pipeline, out var policy))
            return Questions.UnknownPipeline(pipeline);

        var body = await BoundedBody.ReadAsync(request, BodyMax, cancellation);
        if (!body.Whole)
        {
            return ApiResult.Of(
                StatusCodes.Status413PayloadTooLarge, "request.tooLarge", "The request is too large",
                $"it has {body.Size} bytes or more, where {BodyMax} are the most", Example);
        }

        if (Problem(body, out var text) is { } malformed)
            return malformed;
        if (Complete(text, policy) is not { } image)
        {
            return Malformed(
                "request.image",
                $"image is {Excerpt.Of(text)}, which names no tag or digest of one repository",
                policy.Images.Count == 1 ? "name a tag, a digest, or host/path with one of them" : "name host/path with a tag or a digest");
        }

        var key = await ReceiveAsync(new Signal.DeployRequested(pipeline, image, actor), body, cancellation);
        if (await reports.WhyAsync(pipeline, null, cancellation) is not { } report)
            return Questions.UnknownPipeline(pipeline);
        var answer = report with { Image = image.ToString(), Decisions = [.. report.Decisions.Where(line => line.Record.Cause == key)] };
        return ApiResult.Of(answer, ApiJson.Default.WhyReport);
    }

    private async Task<string> ReceiveAsync(Signal signal, BoundedBody body, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var key = $"{Topic}/{id}/{Convert.ToHexStringLower(SHA256.HashData(body.Bytes.Span)[..8])}";
        await inbox.ReceiveAsync(new(key, Topic, id, now, now, signal, null, body.Size), cancellation);
        return key;
    }

    /// <summary>What keeps the body from being an order, or null; then <paramref name="image"/> is what it names.</summary>
    private static ApiResult? Problem(BoundedBody body, out string image)
    {
        image = "";
        var read = StrictJson.Read(body.Bytes, "the body");
        if (!read.TryGetValue(out var document))
            return Malformed("request.json", read.Problems[0].Sentence, Example);

        using (document)
        {
            // A word that is not known may limit the order; to leave it out could deploy what was not meant.
            if (document.RootElement.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => name != "image") is { } unknown)
                return Malformed("request.unknownKey", $"{Excerpt.Of(unknown)} is not known", Example);
            if (document.RootElement.TextOrProblem("image", out var wrong) is not { } text)
                return Malformed("request.image", wrong?.Sentence ?? "image is missing", Example);
            image = text;
            return null;
        }
    }

    /// <summary>
    /// The reference that the text names with the pipeline's only repository before it where it names none; null where that is not clear.
    /// </summary>
    private static ImageReference? Complete(string text, PipelinePolicy policy)
    {
        if (ImageReference.TryParse(text, out var whole))
            return whole.Tag is null && whole.Digest is null ? null : whole;
        if (policy.Images.Count != 1)
            return null;

        var repository = policy.Images.Values.First();
        if (Digest.TryParse(text, out var digest))
            return new ImageReference(repository, null, digest);
        return ImageReference.IsTag(text) ? new ImageReference(repository, text, null) : null;
    }

    private static ApiResult Malformed(string code, string detail, string mend) =>
        ApiResult.Of(StatusCodes.Status400BadRequest, code, "The order is not understood", detail, mend);

    private const string Example = """send {"image": "v1.2.3"}""";
}
