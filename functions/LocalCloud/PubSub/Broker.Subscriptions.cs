using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.PubSub;

internal sealed partial class Broker
{
    // What UpdateSubscription may change here; the rest of the message is fixed at creation or output only.
    private static readonly HashSet<string> Changeable = new(StringComparer.Ordinal)
    {
        "push_config", "ack_deadline_seconds", "retry_policy", "dead_letter_policy", "labels",
        "expiration_policy", "message_retention_duration", "retain_acked_messages",
    };

    public Subscription CreateSubscription(Subscription asked)
    {
        var subscription = SubscriptionRules.Completed(asked);
        ResourceName.Topic(subscription.Topic);
        var state = new SubscriptionState(subscription);
        lock (_gate)
        {
            if (_subscriptions.ContainsKey(subscription.Name))
                throw Refusal.Exists($"Subscription already exists (resource={ResourceName.Split(subscription.Name).Id})");
            if (!_topics.ContainsKey(subscription.Topic))
                throw Refusal.NotFound("Subscription topic does not exist");
            RequireDeadLetterTopic(subscription);
            _store.Keep(subscription);
            _subscriptions.Add(subscription.Name, state);
        }

        Appeared?.Invoke(state);
        return subscription;
    }

    public Subscription GetSubscription(string name)
    {
        lock (_gate)
            return Find(name).Definition;
    }

    public (IReadOnlyList<Subscription> Page, string Next) ListSubscriptions(string project, int pageSize, string token)
    {
        ResourceName.Project(project);
        lock (_gate)
            return Page(
                _subscriptions.Values.Select(state => state.Definition)
                    .Where(subscription => subscription.Name.StartsWith(project + "/", StringComparison.Ordinal)),
                subscription => subscription.Name, pageSize, token);
    }

    public Subscription UpdateSubscription(Subscription asked, FieldMask? mask)
    {
        if (mask is null || mask.Paths.Count == 0)
            throw Refusal.Invalid("The update_mask in the UpdateSubscriptionRequest must be set, and must contain a non-empty paths list.");
        foreach (var path in mask.Paths)
            if (!Changeable.Contains(path))
                throw Refusal.Invalid(
                    $"Invalid update_mask provided in the UpdateSubscriptionRequest: {path} is not a known, changeable field.");

        return Change(asked.Name, changed => mask.Merge(asked, changed, new()
        {
            ReplaceMessageFields = true,
            ReplaceRepeatedFields = true,
            ReplacePrimitiveFields = true,
        }));
    }

    public void ModifyPushConfig(string name, PushConfig? push) => Change(name, changed => changed.PushConfig = push?.Clone() ?? new());

    public void DeleteSubscription(string name)
    {
        lock (_gate)
        {
            var state = Find(name);
            _store.DropSubscription(name);
            _subscriptions.Remove(name);
            state.Gone = true;
            state.Changed.Signal();
        }
    }

    private Subscription Change(string name, Action<Subscription> change)
    {
        lock (_gate)
        {
            var state = Find(name);
            var changed = state.Definition.Clone();
            change(changed);
            changed = SubscriptionRules.Completed(changed);
            RequireDeadLetterTopic(changed);
            _store.Keep(changed);
            state.Definition = changed;
            state.Changed.Signal();
            return changed;
        }
    }

    private void RequireDeadLetterTopic(Subscription subscription)
    {
        if (subscription.DeadLetterPolicy is { } policy && !_topics.ContainsKey(policy.DeadLetterTopic))
            throw Refusal.NotFound("Dead letter topic not found");
    }
}
