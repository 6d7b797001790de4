using CdAutomation.GoogleCloud.Calls;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>Where outcomes are published.</summary>
public sealed record PubSubOptions
{
    /// <summary><c>projects/…/topics/…</c>, or null: then nobody is told.</summary>
    public string? Topic { get; init; }

    /// <summary>Google's endpoint, or a local Pub/Sub over plain http (PUBSUB_EMULATOR_HOST), which is sent no token.</summary>
    public Uri Endpoint { get; init; } = new("https://pubsub.googleapis.com");

    /// <summary>Timeouts, retries and breaker.</summary>
    public CallLimits Limits { get; init; } = new();
}
