using CdAutomation.Triggers.Events;
using Google.Cloud.Functions.Framework;

namespace CdAutomation.Triggers;

/// <summary>Takes what Artifact Registry announces on its topic: images pushed, tags set, tags and images deleted.</summary>
public sealed class OnImagePushed(EventReceiver receiver, TopicIds topics) : IHttpFunction
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) => receiver.ReceiveAsync(context, topics.Images, RegistryMessage.Read);
}
