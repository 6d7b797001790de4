using System.Diagnostics;
using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.PubSub.V1;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>
/// The span of a message that is published, named by OpenTelemetry's conventions for messaging, and what the message carries of it: subscribers
/// go on with the trace.
/// </summary>
public readonly struct Publication : IDisposable
{
    /// <summary>The name under which the host listens to this room.</summary>
    public const string Telemetry = "CdAutomation.GoogleCloud";

    /// <summary>Where Google's own Pub/Sub clients write, and look for, the trace (their "OpenTelemetry tracing" page).</summary>
    public const string GooglesAttribute = "googclient_traceparent";

    /// <summary>Where everybody else does (W3C Trace Context; OpenTelemetry's conventions for messaging).</summary>
    public const string Attribute = "traceparent";

    private static readonly ActivitySource Source = new(Telemetry);

    private readonly Activity? _span;

    private Publication(Activity? span) => _span = span;

    /// <summary>Starts the span and notes it, or the one under way where nobody records, in the message's attributes.</summary>
    internal static Publication Start(string topic, PubsubMessage message)
    {
        var name = topic[(topic.LastIndexOf('/') + 1)..];
        var span = Source.StartActivity($"send {name}", ActivityKind.Producer)?
            .SetTag("messaging.system", "gcp_pubsub")
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.destination.name", name);
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            message.Attributes[Attribute] = message.Attributes[GooglesAttribute] = id;
        return new(span);
    }

    /// <summary>Notes what came of it.</summary>
    internal void End(Reply<PublishResponse> reply)
    {
        if (reply.TryGet(out var answer, out var error))
            _span?.SetTag("messaging.message.id", answer.MessageIds.FirstOrDefault());
        else
            _span?.SetTag("error.type", error.Code.ToString()).SetStatus(ActivityStatusCode.Error, error.Message);
    }

    /// <inheritdoc/>
    public void Dispose() => _span?.Dispose();
}
