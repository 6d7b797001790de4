namespace CdAutomation.LocalCloud.PubSub;

/// <summary>What one subscription still owes. Pure: it is given the time, knows no clock and no store, and is guarded by its
/// caller.</summary>
internal sealed class DeliveryQueue
{
    private readonly Dictionary<long, Pending> _all = [];
    private readonly SortedSet<Pending> _idle = new(ByTime);
    private readonly SortedSet<Pending> _leased = new(ByTime);
    private long _leases;

    private static Comparer<Pending> ByTime => Comparer<Pending>.Create(
        (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.MessageId.CompareTo(b.MessageId));

    public int Count => _all.Count;

    /// <summary>When the first message that nobody holds may be delivered; null when there is none.</summary>
    public DateTimeOffset? NextIdle => _idle.Min?.At;

    /// <summary>When the first lease ends; null when nothing is leased.</summary>
    public DateTimeOffset? NextExpiry => _leased.Min?.At;

    /// <param name="copies">How often it must be acknowledged before it is done: one, or more when duplicates are wanted.</param>
    public void Add(long messageId, int failures, DateTimeOffset availableAt, int copies)
    {
        var pending = new Pending(messageId) { Failures = failures, At = availableAt, Copies = copies };
        if (_all.TryAdd(messageId, pending))
            _idle.Add(pending);
    }

    /// <summary>Leases the oldest message that may be delivered now; null when there is none.</summary>
    public Lease? Take(DateTimeOffset now, TimeSpan duration)
    {
        if (_idle.Min is not { } pending || pending.At > now)
            return null;

        _idle.Remove(pending);
        pending.At = now + duration;
        pending.Lease = ++_leases;
        _leased.Add(pending);
        return new(pending.MessageId, pending.Lease, Attempt: pending.Failures + 1);
    }

    /// <summary>Leases that ended without an answer. Each is a failed attempt for the caller to judge.</summary>
    public IReadOnlyList<Lease> Expired(DateTimeOffset now) =>
        [.. _leased.TakeWhile(pending => pending.At <= now)
            .Select(pending => new Lease(pending.MessageId, pending.Lease, pending.Failures + 1))];

    public bool Knows(long messageId) => _all.ContainsKey(messageId);

    public bool Holds(long messageId, long lease) => _all.TryGetValue(messageId, out var pending) && pending.Lease == lease && lease != 0;

    /// <summary>Which attempt the present or next delivery is, from 1.</summary>
    public int Attempt(long messageId) => _all[messageId].Failures + 1;

    /// <summary>True when one more acknowledgement ends the message; false when a copy would remain.</summary>
    public bool IsLastCopy(long messageId) => _all.TryGetValue(messageId, out var pending) && pending.Copies <= 1;

    public void Remove(long messageId)
    {
        if (!_all.Remove(messageId, out var pending))
            return;
        _idle.Remove(pending);
        _leased.Remove(pending);
    }

    /// <summary>One copy is acknowledged and another is to follow at once.</summary>
    public void DropCopy(long messageId, DateTimeOffset now)
    {
        if (!_all.TryGetValue(messageId, out var pending))
            return;
        pending.Copies--;
        Release(pending, now);
    }

    public void Retry(long messageId, int failures, DateTimeOffset availableAt)
    {
        if (!_all.TryGetValue(messageId, out var pending))
            return;
        pending.Failures = failures;
        Release(pending, availableAt);
    }

    public void Extend(long messageId, long lease, DateTimeOffset until)
    {
        if (!Holds(messageId, lease))
            return;
        var pending = _all[messageId];
        _leased.Remove(pending);
        pending.At = until;
        _leased.Add(pending);
    }

    private void Release(Pending pending, DateTimeOffset availableAt)
    {
        // Out of both before the time changes: it is the key they are sorted by.
        _idle.Remove(pending);
        _leased.Remove(pending);
        pending.At = availableAt;
        pending.Lease = 0;
        _idle.Add(pending);
    }

    private sealed class Pending(long messageId)
    {
        public long MessageId { get; } = messageId;

        public int Failures { get; set; }

        /// <summary>Idle: not before this. Leased: until this.</summary>
        public DateTimeOffset At { get; set; }

        /// <summary>Zero while idle.</summary>
        public long Lease { get; set; }

        public int Copies { get; set; }
    }
}

/// <summary>A message handed out for a while.</summary>
/// <param name="Attempt">One plus the failed attempts so far (pubsub.proto, ReceivedMessage.delivery_attempt).</param>
internal readonly record struct Lease(long MessageId, long Number, int Attempt);
