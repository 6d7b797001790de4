using System.Text.Json;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// The attributes of a CloudEvent that matter here (CloudEvents 1.0.2, "Context Attributes"); all null where the request is none.
/// </summary>
/// <param name="IsEvent">Whether the request says that it is a CloudEvent.</param>
/// <param name="Type">What happened.</param>
/// <param name="Source">Where; for Pub/Sub <c>//pubsub.googleapis.com/projects/p/topics/t</c>.</param>
/// <param name="Id">Unique in its source; for Pub/Sub the message's id.</param>
internal sealed record EventAttributes(bool IsEvent, string? Type, string? Source, string? Id)
{
    private const int LengthMax = 1024;

    private const string StructuredType = "application/cloudevents+json";

    /// <summary>Whether the body is the whole CloudEvent ("structured content mode").</summary>
    public static bool IsStructured(HttpRequest request) =>
        request.ContentType is { } type && type.AsSpan().TrimStart().StartsWith(StructuredType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of a binary CloudEvent.</summary>
    public static EventAttributes OfHeaders(HttpRequest request)
    {
        var attributes = new EventAttributes(false, Header("ce-type"), Header("ce-source"), Header("ce-id"));
        return attributes with { IsEvent = attributes.Type is not null || IsStructured(request) };

        string? Header(string name) =>
            request.Headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 and <= LengthMax } text ? text : null;
    }

    /// <summary>Those of a structured CloudEvent.</summary>
    public static EventAttributes OfBody(JsonElement cloudEvent) => new(
        true,
        ((JsonElement?)cloudEvent).Text("type", LengthMax),
        ((JsonElement?)cloudEvent).Text("source", LengthMax),
        ((JsonElement?)cloudEvent).Text("id", LengthMax));
}
