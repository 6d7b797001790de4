using CdAutomation.Delivery;
using CdAutomation.Triggers.Events;
using Google.Cloud.Functions.Framework;

namespace CdAutomation.Triggers;

/// <summary>
/// Lets time have its effect: any message of the topic of ticks, or an empty POST as Cloud Scheduler sends it. Ticks are not journalled.
/// </summary>
public sealed class OnTick(EventReceiver receiver, TopicIds topics, Tick tick) : IHttpFunction
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) => receiver.TickAsync(context, topics.Ticks, tick.RunAsync);
}
