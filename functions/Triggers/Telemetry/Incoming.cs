using System.Diagnostics;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>
/// The first span of everything that comes in, named by OpenTelemetry's conventions for messaging and HTTP. It goes on with the trace that the
/// message carries, else with that of the request; the span of the server itself is left out, for it says nothing more.
/// </summary>
internal static class Incoming
{
    /// <summary>The name under which the host listens to this room.</summary>
    public const string SourceName = "CdAutomation.Triggers";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts the span of a message.</summary>
    /// <param name="context">The request that brought it.</param>
    /// <param name="topic">Id of the topic that the function takes.</param>
    /// <param name="push">The message.</param>
    public static Activity? Message(HttpContext context, string topic, Push push)
    {
        var arrival = push switch { Push.Message it => it.Arrival, Push.Refused it => it.Arrival, _ => null };
        var request = OfRequest(context);
        var isCarried = ActivityContext.TryParse(arrival?.Origin, null, isRemote: true, out var carried);
        return Start($"process {topic}", ActivityKind.Consumer, isCarried ? carried : request, isCarried && request != default ? [new(request)] : null)?
            .SetTag("messaging.system", "gcp_pubsub")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.destination.name", arrival?.Topic ?? topic)
            .SetTag("messaging.message.id", arrival?.MessageId)
            .SetTag("messaging.message.body.size", arrival?.Size)
            .SetTag(Names.Cause, arrival?.Key);
    }

    /// <summary>Starts the span of a request to the HTTP API.</summary>
    public static Activity? Request(HttpContext context) => Start($"{context.Request.Method} API", ActivityKind.Server, OfRequest(context), null)?
        .SetTag("http.request.method", context.Request.Method)
        .SetTag("url.path", context.Request.Path.Value);

    /// <summary>Notes how a request was answered.</summary>
    public static void Answered(this Activity? span, string route, int status) => span?
        .SetTag("http.route", route)
        .SetTag("http.response.status_code", status)
        .SetStatus(status >= StatusCodes.Status500InternalServerError ? ActivityStatusCode.Error : ActivityStatusCode.Unset);

    // Google's front end samples one request in ten seconds (Cloud Run, "Trace sampling"); what deploys is rarer and worth more, so its
    // word on that is not taken. What a message carries is the sender's own, and is.
    private static ActivityContext OfRequest(HttpContext context) =>
        ActivityContext.TryParse(context.Request.Headers.TraceParent, null, isRemote: true, out var sent)
            ? new(sent.TraceId, sent.SpanId, sent.TraceFlags | ActivityTraceFlags.Recorded, isRemote: true)
            : default;

    private static Activity? Start(string name, ActivityKind kind, ActivityContext parent, ActivityLink[]? links)
    {
        var server = Activity.Current;
        // What is under way here would be the parent otherwise, and nobody exports that one.
        Activity.Current = null;
        var span = Source.StartActivity(kind, parent, links: links, name: name);
        Activity.Current ??= server;
        return span;
    }
}
