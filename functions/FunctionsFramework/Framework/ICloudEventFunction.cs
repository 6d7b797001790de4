using CloudNative.CloudEvents;

namespace Google.Cloud.Functions.Framework;

/// <summary>A function that is given CloudEvents; a request that is none never reaches it and is answered with 400.</summary>
public interface ICloudEventFunction
{
    /// <summary>Handles an event. When it returns, the host answers 200 with an empty body; when it throws, 500.</summary>
    /// <param name="cloudEvent">The event; JSON data is a <see cref="System.Text.Json.JsonElement"/>.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken);
}
