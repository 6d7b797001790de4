using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What a simulated revision answers, so that a person who opens its address sees which one it is.</summary>
internal static class SimulatedAnswer
{
    public static async Task WriteAsync(HttpContext context, StoredRevision revision, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("service", RevisionPath.ShortName(revision.Body.Service));
        json.WriteString("revision", revision.ShortName);
        json.WriteString("image", TemplateDefaults.Ingress(revision.Body.Containers).Image);
        json.WriteString("digest", revision.Digest);
        json.WriteBoolean("simulated", true);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
