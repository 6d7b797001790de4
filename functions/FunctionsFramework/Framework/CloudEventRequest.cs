using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using Microsoft.AspNetCore.Http;

namespace Google.Cloud.Functions.Framework;

/// <summary>
/// Reads a CloudEvent out of a request in the three shapes the official framework takes: structured and binary (CloudEvents HTTP protocol
/// binding 1.0.2, sections 3.1 and 3.2), and the envelope of a Pub/Sub push subscription.
/// </summary>
internal static class CloudEventRequest
{
    private const string StructuredType = "application/cloudevents+json";

    private static readonly JsonEventFormatter Json = new();

    /// <summary>The event, or what is wrong with the request.</summary>
    public static async Task<(CloudEvent? Event, string Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaType(request, out var type))
            return (null, "the content type is missing or malformed");

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        try
        {
            var read = Read(request, type, body.ToArray());
            return read is { IsValid: true } ? (read, "") : (null, "a required attribute is missing");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or FormatException
            or InvalidOperationException or KeyNotFoundException)
        {
            return (null, fault.Message);
        }
    }

    private static CloudEvent Read(HttpRequest request, ContentType type, byte[] body)
    {
        if (type.MediaType.Equals(StructuredType, StringComparison.OrdinalIgnoreCase))
            return Json.DecodeStructuredModeMessage(body, type, null);
        if (request.Headers.ContainsKey("ce-specversion"))
            return Binary(request, body);
        // The official framework compares the whole header here, so that a charset is refused.
        return request.ContentType is MediaTypeNames.Application.Json
            ? PushEnvelope.ToCloudEvent(request.Path, body)
            : throw new FormatException("it is neither a CloudEvent nor a push envelope");
    }

    private static CloudEvent Binary(HttpRequest request, byte[] body)
    {
        var version = CloudEventsSpecVersion.FromVersionId(request.Headers["ce-specversion"])
            ?? throw new FormatException("its specversion is unknown");
        var cloudEvent = new CloudEvent(version) { DataContentType = request.ContentType };
        foreach (var (name, value) in request.Headers)
        {
            var attribute = name.ToLowerInvariant();
            if (attribute.StartsWith("ce-", StringComparison.Ordinal) && attribute != "ce-specversion")
                cloudEvent.SetAttributeFromString(attribute[3..], HttpUtilities.DecodeHeaderValue(value.ToString()));
        }

        Json.DecodeBinaryModeEventData(body, cloudEvent);
        return cloudEvent;
    }

    private static bool MediaType(HttpRequest request, [NotNullWhen(true)] out ContentType? type)
    {
        type = null;
        try
        {
            type = string.IsNullOrEmpty(request.ContentType) ? null : new ContentType(request.ContentType);
        }
        catch (FormatException)
        {
            return false;
        }

        return type is not null;
    }
}
