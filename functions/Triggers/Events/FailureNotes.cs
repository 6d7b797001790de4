using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Triggers.Logs;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// Notes why a message was not acknowledged. What fails because the store is away cannot be kept at that moment: it is remembered, within
/// bounds, and kept with the next message that can be. A process that ends meanwhile takes it along; then the reason is not known.
/// </summary>
public sealed class FailureNotes(IFailures failures, TimeProvider clock, ILogger<FailureNotes> log)
{
    /// <summary>Messages that are remembered at most; of more, the first are as good as the last.</summary>
    private const int Most = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Content, string Topic, string Id), Failure> _remembered = [];

    /// <summary>Remembers a failure until it can be kept.</summary>
    internal void Remember(Arrival arrival, Reason reason)
    {
        var content = arrival.Key[(arrival.Key.LastIndexOf('/') + 1)..];
        var key = (content, arrival.Topic, arrival.MessageId);
        lock (_gate)
        {
            if (_remembered.TryGetValue(key, out var before))
                _remembered[key] = before with { At = clock.GetUtcNow(), Reason = reason, Times = before.Times + 1 };
            else if (_remembered.Count < Most)
                _remembered[key] = new(content, arrival.Topic, arrival.MessageId, arrival.PublishedAt, clock.GetUtcNow(), reason);
        }
    }

    /// <summary>Keeps what is remembered, if the store takes it. Never the cause of another failure.</summary>
    internal async Task KeepAsync()
    {
        Failure[] taken;
        lock (_gate)
        {
            if (_remembered.Count == 0)
                return;
            taken = [.. _remembered.Values];
            _remembered.Clear();
        }

        try
        {
            await failures.NoteAsync(taken, CancellationToken.None);
        }
        catch (JournalUnavailableException fault)
        {
            log.FailuresNotKept(taken.Length, fault);
            lock (_gate)
            {
                foreach (var failure in taken)
                    _remembered.TryAdd((failure.Content, failure.Topic, failure.MessageId), failure);
            }
        }
    }
}
