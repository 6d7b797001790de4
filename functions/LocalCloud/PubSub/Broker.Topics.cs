using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Encoding = System.Text.Encoding;

namespace CdAutomation.LocalCloud.PubSub;

internal sealed partial class Broker
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1_000;

    public Topic CreateTopic(Topic asked)
    {
        SubscriptionRules.Check(asked);
        var topic = asked.Clone();
        topic.State = Topic.Types.State.Active;
        lock (_gate)
        {
            if (_topics.ContainsKey(topic.Name))
                throw Refusal.Exists($"Topic already exists (resource={ResourceName.Split(topic.Name).Id})");
            _store.Keep(topic);
            _topics.Add(topic.Name, topic);
        }

        return topic;
    }

    public Topic GetTopic(string name)
    {
        lock (_gate)
            return FindTopic(name);
    }

    public (IReadOnlyList<Topic> Page, string Next) ListTopics(string project, int pageSize, string token)
    {
        ResourceName.Project(project);
        lock (_gate)
            return Page(
                _topics.Values.Where(topic => topic.Name.StartsWith(project + "/", StringComparison.Ordinal)),
                topic => topic.Name, pageSize, token);
    }

    public (IReadOnlyList<string> Page, string Next) ListSubscriptionsOf(string topic, int pageSize, string token)
    {
        lock (_gate)
            return Page(SubscribersOf(FindTopic(topic).Name).Select(state => state.Definition.Name), name => name, pageSize, token);
    }

    /// <summary>Its subscriptions stay, with what they still owe, and read <see cref="ResourceName.DeletedTopic"/>.</summary>
    public void DeleteTopic(string name)
    {
        lock (_gate)
        {
            FindTopic(name);
            var orphans = SubscribersOf(name).ConvertAll(state => (State: state, Definition: state.Definition.Clone()));
            foreach (var (_, definition) in orphans)
                definition.Topic = ResourceName.DeletedTopic;
            _store.DropTopic(name, orphans.ConvertAll(orphan => orphan.Definition));
            _topics.Remove(name);
            foreach (var (state, definition) in orphans)
                state.Definition = definition;
        }
    }

    /// <summary>Returns when every message is on disk. Messages for which nobody has subscribed are given an id and forgotten, as
    /// Pub/Sub does.</summary>
    public IReadOnlyList<string> Publish(PublishRequest request)
    {
        PublishRules.Check(request);
        lock (_gate)
        {
            FindTopic(request.Topic);
            var now = _clock.GetUtcNow();
            var stamped = request.Messages.Select(message => Stamped(message, now)).ToList();
            var subscribers = SubscribersOf(request.Topic);
            if (subscribers.Count > 0)
                _store.Append(stamped, subscribers.ConvertAll(state => state.Definition.Name), now);
            foreach (var state in subscribers)
                Enqueue(state, stamped.ConvertAll(message => message.Id), now);
            return stamped.ConvertAll(message => message.Body.MessageId);
        }
    }

    private (long Id, PubsubMessage Body) Stamped(PubsubMessage message, DateTimeOffset now)
    {
        // Never the id of an earlier life, even when nothing was kept of it: who journals ids would take the new message for a
        // repeated one.
        _lastMessageId = Math.Max(_lastMessageId + 1, now.ToUnixTimeMilliseconds() * 1_000);
        var body = message.Clone();
        body.MessageId = $"{_lastMessageId}";
        body.PublishTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
        return (_lastMessageId, body);
    }

    private void Enqueue(SubscriptionState state, List<long> messages, DateTimeOffset now)
    {
        foreach (var message in messages)
            state.Queue.Add(message, failures: 0, now + _faults.Hold(), _faults.Copies);
        state.Changed.Signal();
    }

    private static (IReadOnlyList<T> Page, string Next) Page<T>(IEnumerable<T> sorted, Func<T, string> name, int pageSize, string token)
    {
        if (pageSize < 0)
            throw Refusal.Invalid("page_size must not be negative");
        var size = Math.Min(pageSize == 0 ? DefaultPage : pageSize, LargestPage);
        var after = Decoded(token);
        var found = sorted.Where(item => string.CompareOrdinal(name(item), after) > 0).Take(size + 1).ToList();
        return found.Count <= size
            ? (found, "")
            : (found[..size], Convert.ToBase64String(Encoding.UTF8.GetBytes(name(found[size - 1]))));
    }

    private static string Decoded(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw Refusal.Invalid("page_token was not given out by this service");
    }
}
