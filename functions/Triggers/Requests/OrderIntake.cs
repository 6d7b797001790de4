using System.Security.Cryptography;
using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Requests;

/// <summary>
/// What all orders of people have in common: the body is read strictly, the order goes into the journal like any other event, and the answer is
/// what was decided because of it.
/// </summary>
public sealed class OrderIntake(Inbox inbox, ActivePolicies policies, Reports reports, TimeProvider clock)
{
    /// <summary>The topic under which the journal keeps what people ask for.</summary>
    public const string Topic = "request";

    /// <summary>The longest reason, in characters.</summary>
    public const int ReasonMax = 500;

    private const int BodyMax = 64 * 1024;

    /// <summary>Takes an order in.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="request">The request.</param>
    /// <param name="keys">The keys that the body may have.</param>
    /// <param name="example">What a right one looks like.</param>
    /// <param name="read">Makes the signal of the body, or says what is wrong with it.</param>
    /// <param name="cancellation">Stops.</param>
    internal async Task<ApiResult> TakeAsync(
        string pipeline, HttpRequest request, string[] keys, string example, Func<JsonElement, PipelinePolicy, OrderReading> read, CancellationToken cancellation)
    {
        var active = await policies.CurrentAsync(cancellation);
        if (!active.Pipelines.TryGetValue(pipeline, out var policy))
            return Questions.UnknownPipeline(pipeline);

        var body = await BoundedBody.ReadAsync(request, BodyMax, cancellation);
        if (!body.Whole)
        {
            return ApiResult.Of(
                StatusCodes.Status413PayloadTooLarge, "request.tooLarge", "The request is too large",
                $"it has {body.Size} bytes or more, where {BodyMax} are the most", example);
        }

        var parsed = StrictJson.Read(body.Bytes, "the body");
        if (!parsed.TryGetValue(out var document))
            return Malformed(new("request.json", parsed.Problems[0].Sentence, example));

        using (document)
        {
            // A word that is not known may limit the order; to leave it out could do what was not meant.
            if (document.RootElement.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !keys.Contains(name, StringComparer.Ordinal)) is { } unknown)
                return Malformed(new("request.unknownKey", $"{Excerpt.Of(unknown)} is not known", example));
            var reading = read(document.RootElement, policy);
            return reading.Signal is { } signal
                ? await AnswerAsync(pipeline, await ReceiveAsync(signal, body, cancellation), reading.About, cancellation)
                : Malformed(reading.Problem!);
        }
    }

    private async Task<string> ReceiveAsync(Signal signal, BoundedBody body, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var key = $"{Topic}/{id}/{Convert.ToHexStringLower(SHA256.HashData(body.Bytes.Span)[..8])}";
        await inbox.ReceiveAsync(new(key, Topic, id, now, now, signal, null, body.Size) { Origin = Traces.Present }, cancellation);
        return key;
    }

    private async Task<ApiResult> AnswerAsync(string pipeline, string key, string? about, CancellationToken cancellation)
    {
        if (await reports.WhyAsync(pipeline, null, cancellation) is not { } report)
            return Questions.UnknownPipeline(pipeline);
        var answer = report with { Image = about, Decisions = [.. report.Decisions.Where(line => line.Record.Cause == key)] };
        return ApiResult.Of(answer, ApiJson.Default.WhyReport);
    }

    private static ApiResult Malformed(OrderProblem problem) =>
        ApiResult.Of(StatusCodes.Status400BadRequest, problem.Code, "The order is not understood", problem.Detail, problem.Mend);
}

/// <summary>What came of reading an order: a signal, or what is wrong.</summary>
/// <param name="Signal">What was ordered; null where something is wrong.</param>
/// <param name="About">Which image it is about, or null.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
internal sealed record OrderReading(Signal? Signal, string? About, OrderProblem? Problem)
{
    public static OrderReading Of(Signal signal, string? about = null) => new(signal, about, null);

    public static OrderReading Wrong(string code, string detail, string mend) => new(null, null, new(code, detail, mend));
}

/// <summary>What is wrong with an order.</summary>
internal sealed record OrderProblem(string Code, string Detail, string Mend);
