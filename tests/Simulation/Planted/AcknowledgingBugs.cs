using CdAutomation.Delivery;

namespace CdAutomation.Simulation.Planted;

internal sealed class AcknowledgesBeforeItKeeps : Bug
{
    public override string Mistake => "a message is acknowledged on arrival, and worked on afterwards";

    public override Task ReceiveAsync(Inbox inbox, JournalEvent message)
    {
        _ = Later();
        return Task.CompletedTask;

        async Task Later()
        {
            try
            {
                await inbox.ReceiveAsync(message, default);
            }
            catch (Exception fault) when (fault is JournalUnavailableException or StateMovedException)
            {
                // Nobody is there any more to be told.
            }
        }
    }
}

internal sealed class AcknowledgesWithoutTheStore : Bug
{
    public override string Mistake => "a message is answered 2xx while the store is down";

    public override async Task ReceiveAsync(Inbox inbox, JournalEvent message)
    {
        try
        {
            await inbox.ReceiveAsync(message, default);
        }
        catch (JournalUnavailableException)
        {
            // As if it were the message's fault.
        }
    }
}

internal sealed class TakesARepetitionForAnotherEvent : Bug
{
    public override string Mistake => "the key of an event has the time of its arrival in it";

    public override Task ReceiveAsync(Inbox inbox, JournalEvent message) =>
        inbox.ReceiveAsync(message with { Key = $"{message.Key}/{message.ReceivedAt.ToUnixTimeMilliseconds()}" }, default);
}
