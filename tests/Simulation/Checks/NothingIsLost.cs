using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class NothingIsLost : Checker
{
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _received = new(StringComparer.Ordinal);

    public override string Invariant => "what was acknowledged is in the journal, settled in the end, and every message is one event however often it comes";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.Received received:
                var id = $"{received.Message.Topic}/{received.Message.MessageId}";
                _received[id] = _received.GetValueOrDefault(id) + 1;
                break;
            case Fact.Acknowledged { Message: var message }:
                _acknowledged.Add(message.Key);
                if (!World.Store.Has(message.Key))
                    Violated($"{message.Key} was acknowledged and is not in the journal");
                break;
        }
    }

    public override void End()
    {
        var events = World.Store.Events.ToDictionary(each => each.Key, StringComparer.Ordinal);
        foreach (var key in _acknowledged.Where(key => !events.ContainsKey(key)))
            Violated($"{key} was acknowledged and is not in the journal");
        foreach (var unsettled in events.Values.Where(each => !each.Settled))
            Violated($"{unsettled.Key} is in the journal and was never settled");
        foreach (var message in events.Values.GroupBy(each => $"{each.Topic}/{each.MessageId}"))
        {
            if (message.Count() > 1)
                Violated($"message {message.Key} became {message.Count()} events");
            else if (message.First().Times != _received[message.Key])
                Violated($"message {message.Key} came {_received[message.Key]} times, and the journal says {message.First().Times}");
        }
    }
}
