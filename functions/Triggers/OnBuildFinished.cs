using CdAutomation.Triggers.Events;
using Google.Cloud.Functions.Framework;

namespace CdAutomation.Triggers;

/// <summary>Takes what Cloud Build announces on its topic; only a build that has ended means anything to us.</summary>
public sealed class OnBuildFinished(EventReceiver receiver, TriggersOptions options) : IHttpFunction
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) => receiver.ReceiveAsync(
        context, options.Topics.Builds, (build, arrival) => BuildMessage.Read(build, arrival, options.Author));
}
