using CdAutomation.Domain.Policies;
using CdAutomation.Triggers.Events;
using Google.Cloud.Functions.Framework;

namespace CdAutomation.Triggers;

/// <summary>
/// Takes what Artifact Registry announces on its topic: images pushed, tags set, tags and images deleted, and policies published.
/// </summary>
public sealed class OnImagePushed(EventReceiver receiver, TopicIds topics, PolicyOrigin origin) : IHttpFunction
{
    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) => receiver.ReceiveAsync(context, topics.Images, (data, _) => RegistryMessage.Read(data, origin.Repository));
}
