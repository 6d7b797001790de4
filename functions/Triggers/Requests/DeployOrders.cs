using System.Text.Json;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Requests;

/// <summary>
/// Takes somebody's order to deploy one image: into the journal like any other event, then decided under the policies in force.
/// </summary>
public sealed class DeployOrders(OrderIntake intake)
{
    private const string Example = """send {"image": "v1.2.3"}, and for an emergency {"image": "v1.2.3", "breakGlass": ["windows"], "reason": "…"}""";

    private static readonly string[] Keys = ["image", "stage", "breakGlass", "reason"];

    // What people said keeps a stage as gates do, and is broken like them.
    private static readonly string[] Standing = ["freeze", "hold", "drift", "pin"];

    internal Task<ApiResult> DeployAsync(string pipeline, HttpRequest request, string actor, CancellationToken cancellation) =>
        intake.TakeAsync(pipeline, request, Keys, Example, (body, policy) => Read(body, policy, actor), cancellation);

    private static OrderReading Read(JsonElement body, PipelinePolicy policy, string actor)
    {
        if (body.TextOrProblem("image", out var wrong) is not { } text)
            return OrderReading.Wrong("request.image", wrong?.Sentence ?? "image is missing", Example);
        if (Complete(text, policy) is not { } image)
        {
            return OrderReading.Wrong(
                "request.image",
                $"image is {Excerpt.Of(text)}, which names no tag or digest of one repository",
                policy.Images.Count == 1 ? "name a tag, a digest, or host/path with one of them" : "name host/path with a tag or a digest");
        }

        var (stage, reason) = (body.TextOrProblem("stage", out wrong), body.TextOrProblem("reason", out var wrongReason));
        if ((wrong ?? wrongReason) is { } why)
            return OrderReading.Wrong("request.text", why.Sentence, Example);

        string[] skips = [.. body.Items("breakGlass").Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : "")];
        if (body.TryGetProperty("breakGlass", out var given) && (given.ValueKind != JsonValueKind.Array || skips is []))
            return OrderReading.Wrong("request.breakGlass", "breakGlass is no list of gates", Example);
        var known = policy.Stages.Where(each => stage is null || each.Name == stage)
            .SelectMany(each => GateList.Of(policy, each, []).Select(gate => gate.Name)).Concat(Standing).Distinct().ToArray();
        if (skips.FirstOrDefault(gate => !known.Contains(gate, StringComparer.Ordinal)) is { } unknown)
            return OrderReading.Wrong("request.breakGlass", $"{Excerpt.Of(unknown)} is no gate there", $"name some of {string.Join(", ", known)}");
        if (skips is not [] && reason is null)
            return OrderReading.Wrong("request.reason", "whoever breaks the glass says why", Example);

        return OrderReading.Of(new Signal.DeployRequested(policy.Name, image, actor) { Stage = stage, Skips = [.. skips], Reason = reason }, image.ToString());
    }

    /// <summary>
    /// The reference that the text names with the pipeline's only repository before it where it names none; null where that is not clear.
    /// </summary>
    private static ImageReference? Complete(string text, PipelinePolicy policy)
    {
        if (ImageReference.TryParse(text, out var whole))
            return whole.Tag is null && whole.Digest is null ? null : whole;
        // Images of one tag are one release: any of them stands for it.
        if (policy.Images.Count != 1 && policy.Match != ReleaseMatch.Tag)
            return null;

        var repository = policy.Images.Values.First();
        if (Digest.TryParse(text, out var digest))
            return policy.Images.Count == 1 ? new ImageReference(repository, null, digest) : null;
        return ImageReference.IsTag(text) ? new ImageReference(repository, text, null) : null;
    }
}
