using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>What a topic or subscription must be to be accepted, and the defaults Google fills in (pubsub.proto; texts as Google's
/// emulator words them).</summary>
internal static class SubscriptionRules
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(600);

    public static void Check(Topic topic)
    {
        ResourceName.Topic(topic.Name);
        if (topic.SchemaSettings is not null)
            throw Refusal.NotHere("schema_settings");
        if (topic.IngestionDataSourceSettings is not null)
            throw Refusal.NotHere("ingestion_data_source_settings");
        if (topic.MessageTransforms.Count > 0)
            throw Refusal.NotHere("message_transforms");
    }

    /// <summary>A checked copy with the defaults in place.</summary>
    public static Subscription Completed(Subscription asked)
    {
        RefuseWhatIsNotHere(asked);
        ResourceName.Subscription(asked.Name);
        var subscription = asked.Clone();

        subscription.AckDeadlineSeconds = asked.AckDeadlineSeconds == 0 ? 10 : asked.AckDeadlineSeconds;
        if (subscription.AckDeadlineSeconds is < 10 or > 600)
            throw Refusal.Invalid($"Invalid ack deadline given (request:{asked.AckDeadlineSeconds}, min:10, max:600)");

        subscription.PushConfig ??= new();
        CheckEndpoint(subscription.PushConfig);
        Complete(subscription.DeadLetterPolicy);
        Complete(subscription.RetryPolicy);
        subscription.MessageRetentionDuration ??= Duration.FromTimeSpan(TimeSpan.FromDays(7));
        subscription.ExpirationPolicy ??= new() { Ttl = Duration.FromTimeSpan(TimeSpan.FromDays(31)) };
        subscription.State = Subscription.Types.State.Active;
        return subscription;
    }

    public static void CheckEndpoint(PushConfig push)
    {
        if (push.NoWrapper is not null)
            throw Refusal.NotHere("push_config.no_wrapper");
        if (push.PushEndpoint.Length == 0)
            return;
        // Google demands https; a laptop's own servers speak http.
        if (!Uri.TryCreate(push.PushEndpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw Refusal.Invalid("Unsupported push_endpoint");
        if (push.OidcToken is { ServiceAccountEmail: "" })
            throw Refusal.Invalid("push_config.oidc_token.service_account_email must be set");
    }

    private static void RefuseWhatIsNotHere(Subscription asked)
    {
        if (asked.Filter.Length > 0)
            throw Refusal.NotHere("filter");
        if (asked.EnableExactlyOnceDelivery)
            throw Refusal.NotHere("enable_exactly_once_delivery");
        if (asked.Detached)
            throw Refusal.NotHere("detached");
        if (asked.BigqueryConfig is not null || asked.CloudStorageConfig is not null)
            throw Refusal.NotHere("delivery to BigQuery or Cloud Storage");
        if (asked.MessageTransforms.Count > 0)
            throw Refusal.NotHere("message_transforms");
    }

    private static void Complete(DeadLetterPolicy? policy)
    {
        if (policy is null)
            return;
        ResourceName.Topic(policy.DeadLetterTopic);
        if (policy.MaxDeliveryAttempts == 0)
            policy.MaxDeliveryAttempts = 5;
        if (policy.MaxDeliveryAttempts < 5)
            throw Refusal.OutOfRange("The value for max_delivery_attempts is too small. "
                + $"You passed {policy.MaxDeliveryAttempts} in the request, but the minimum value is 5.");
        if (policy.MaxDeliveryAttempts > 100)
            throw Refusal.OutOfRange("The value for max_delivery_attempts is too large. "
                + $"You passed {policy.MaxDeliveryAttempts} in the request, but the maximum value is 100.");
    }

    private static void Complete(RetryPolicy? policy)
    {
        if (policy is null)
            return;
        policy.MinimumBackoff ??= Duration.FromTimeSpan(TimeSpan.FromSeconds(10));
        policy.MaximumBackoff ??= Duration.FromTimeSpan(LongestBackoff);
        var minimum = Bounded(policy.MinimumBackoff, "minimum_backoff");
        var maximum = Bounded(policy.MaximumBackoff, "maximum_backoff");
        if (maximum < minimum)
            throw Refusal.Invalid("The value for maximum_backoff is too small. "
                + $"You passed {maximum.TotalSeconds}s in the request, but the minimum value is {minimum.TotalSeconds}s.");
    }

    private static TimeSpan Bounded(Duration duration, string name)
    {
        // Looked at before conversion: a Duration from the wire may be far outside of what TimeSpan takes.
        if (duration.Seconds is < 0 or > 600 || duration.Nanos is < 0 or > 999_999_999
            || (duration.Seconds == 600 && duration.Nanos > 0))
            throw Refusal.Invalid($"The value for {name} is out of bounds. "
                + $"You passed {duration.Seconds}s in the request, but the value must be between 0s and 600s.");
        return duration.ToTimeSpan();
    }
}
