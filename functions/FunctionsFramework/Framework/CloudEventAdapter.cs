using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Google.Cloud.Functions.Framework;

/// <summary>Makes an HTTP function of one that wants CloudEvents.</summary>
internal sealed partial class CloudEventAdapter(ICloudEventFunction function, ILogger<CloudEventAdapter> log) : IHttpFunction
{
    public async Task HandleAsync(HttpContext context)
    {
        var (cloudEvent, problem) = await CloudEventRequest.ReadAsync(context.Request, context.RequestAborted);
        if (cloudEvent is null)
        {
            NotAnEvent(log, problem);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await function.HandleAsync(cloudEvent, context.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Error, "Answered 400: {Problem}.")]
    private static partial void NotAnEvent(ILogger log, string problem);
}
