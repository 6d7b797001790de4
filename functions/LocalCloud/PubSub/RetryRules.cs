using Google.Cloud.PubSub.V1;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>How long a failed message waits, and when it is given up.</summary>
internal static class RetryRules
{
    private static readonly TimeSpan DefaultMinimum = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultMaximum = TimeSpan.FromSeconds(600);

    /// <summary>Without a retry policy a push waits 100 ms to 60 s and a pull not at all: pubsub.proto says no more than "as soon as
    /// possible".</summary>
    private static readonly TimeSpan PushMinimum = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PushMaximum = TimeSpan.FromSeconds(60);

    /// <summary>Doubles with each failure, from the minimum up to the maximum.</summary>
    public static TimeSpan Backoff(Subscription subscription, int failures)
    {
        var (minimum, maximum) = subscription switch
        {
            { RetryPolicy: { } policy } =>
                (policy.MinimumBackoff?.ToTimeSpan() ?? DefaultMinimum, policy.MaximumBackoff?.ToTimeSpan() ?? DefaultMaximum),
            { PushConfig.PushEndpoint: not (null or "") } => (PushMinimum, PushMaximum),
            _ => (TimeSpan.Zero, TimeSpan.Zero),
        };

        // 2^20 times any minimum is beyond every maximum; more would only overflow.
        var wait = minimum * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return wait < maximum ? wait : maximum;
    }

    /// <summary>True when the attempts are used up and a dead letter topic is named (pubsub.proto, DeadLetterPolicy).</summary>
    public static bool GivesUp(Subscription subscription, int failures) =>
        subscription.DeadLetterPolicy is { DeadLetterTopic.Length: > 0 } policy && failures >= policy.MaxDeliveryAttempts;
}
