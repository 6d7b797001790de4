using System.Diagnostics;

namespace CdAutomation.Delivery.Telemetry;

/// <summary>
/// Spans of this room. What belongs to one push, or to one order, is in one trace, however many hours and processes lie between; where the work
/// was led to by something else (a tick, say), the two traces are linked both ways. Nothing listens, nothing is made.
/// </summary>
public static class Traces
{
    /// <summary>The name under which the host listens to this room.</summary>
    public const string SourceName = "CdAutomation.Delivery";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>What is kept with the state so that the trace can be gone on with: W3C's <c>traceparent</c> of the present span, or null.</summary>
    public static string? Present => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: var id } ? id : null;

    /// <summary>Starts a span where the work began.</summary>
    /// <param name="name">Few different ones; what it concerns belongs into its attributes.</param>
    /// <param name="origin">What <see cref="Present"/> was where the work began; null, or not to be understood: here.</param>
    /// <param name="kind">Whether it speaks with somebody else.</param>
    /// <param name="startedAt">When it began, if not now.</param>
    public static Activity? Start(string name, string? origin, ActivityKind kind = ActivityKind.Internal, DateTimeOffset startedAt = default)
    {
        var present = Activity.Current;
        if (!ActivityContext.TryParse(origin, null, isRemote: true, out var began) || began.TraceId == present?.TraceId)
            return Source.StartActivity(kind, startTime: startedAt, name: name);

        var span = Source.StartActivity(kind, began, links: present is null ? null : [new(present.Context)], startTime: startedAt, name: name);
        if (span is not null)
            present?.AddLink(new(span.Context));
        return span;
    }

    /// <summary>Notes that it went wrong.</summary>
    internal static void Fail(this Activity? span, string type, string sentence) =>
        span?.SetTag(Names.ErrorType, type).SetStatus(ActivityStatusCode.Error, sentence);
}
