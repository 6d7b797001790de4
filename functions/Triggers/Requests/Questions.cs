using System.Globalization;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;

namespace CdAutomation.Triggers.Requests;

/// <summary>Answers what only reads.</summary>
public sealed class Questions(Reports reports, PolicyReports policies, IJournal journal, TriggersOptions options)
{
    /// <summary>The most events that one answer holds.</summary>
    public const int EventsMax = 500;

    private const int EventsUsual = 50;

    internal async Task<ApiResult> StatusAsync(CancellationToken cancellation) =>
        ApiResult.Of(await reports.StatusAsync(cancellation) with { Edits = options.PolicyEdits() }, ApiJson.Default.StatusReport);

    internal async Task<ApiResult> PolicyAsync(CancellationToken cancellation) =>
        ApiResult.Of(await policies.StatusAsync(options.PolicyEdits(), cancellation), ApiJson.Default.PolicyReport);

    internal async Task<ApiResult> WhyAsync(string pipeline, IQueryCollection query, CancellationToken cancellation)
    {
        string? image = null;
        if (query.TryGetValue("image", out var asked) && !TryReadImage(asked.ToString(), out image))
        {
            return ApiResult.Of(
                StatusCodes.Status400BadRequest, "request.image", "The image is not understood",
                $"image is {Excerpt.Of(asked)}", "name a tag, the beginning of a digest, or host/path with one of them");
        }

        return await reports.WhyAsync(pipeline, image, cancellation) is { } report
            ? ApiResult.Of(report, ApiJson.Default.WhyReport)
            : UnknownPipeline(pipeline);
    }

    internal async Task<ApiResult> EventsAsync(IQueryCollection query, CancellationToken cancellation)
    {
        var (refused, limit) = (false, EventsUsual);
        if (query.TryGetValue("refused", out var asked) && !bool.TryParse(asked, out refused))
            return Malformed("refused", asked.ToString(), "true or false");
        if (query.TryGetValue("limit", out asked)
            && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= EventsMax))
            return Malformed("limit", asked.ToString(), $"a number from 1 to {EventsMax}");

        var counts = await journal.CountEventsAsync(cancellation);
        var events = await journal.LatestEventsAsync(refused, limit, cancellation);
        return ApiResult.Of(new EventsReport(counts, events), ApiJson.Default.EventsReport);
    }

    internal static ApiResult UnknownPipeline(string pipeline) => ApiResult.Of(
        StatusCodes.Status404NotFound, "request.pipeline", "No such pipeline",
        $"the policies in force name no pipeline {Excerpt.Of(pipeline)}", "GET /v1/status lists those there are");

    private static ApiResult Malformed(string name, string value, string right) => ApiResult.Of(
        StatusCodes.Status400BadRequest, "request.query", "The query is not understood",
        $"{name} is {Excerpt.Of(value)}", $"write {right}");

    /// <summary>The journal finds records by tag or by the beginning of a digest.</summary>
    private static bool TryReadImage(string text, out string? image)
    {
        image = text;
        if (!text.Contains('/', StringComparison.Ordinal))
            return ImageReference.IsTag(text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text);
        if (!ImageReference.TryParse(text, out var reference))
            return false;
        image = reference.Digest?.Value ?? reference.Tag;
        return image is not null;
    }
}
