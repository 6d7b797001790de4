using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using CdAutomation.Domain;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>What a registry answered, read to its end.</summary>
internal sealed record RegistryAnswer(
    HttpStatusCode Status,
    string? ContentDigest,
    string? Link,
    ImmutableArray<Challenge> Challenges,
    TimeSpan? RetryAfter,
    byte[] Body)
{
    /// <summary>Where a redirect points, as it was written; null without one.</summary>
    public Uri? Location { get; init; }

    /// <summary>
    /// Whether the registry itself says so: an error of the OCI distribution specification v1.1 ("Error codes"). A 404 of something that
    /// merely stands before the registry does not have one.
    /// </summary>
    public bool Says(params ReadOnlySpan<string> codes)
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty("errors", out var errors)
                || errors.ValueKind is not JsonValueKind.Array)
                return false;

            foreach (var error in errors.EnumerateArray())
            {
                if (error.ValueKind is JsonValueKind.Object
                    && error.TryGetProperty("code", out var code)
                    && code.ValueKind is JsonValueKind.String
                    && codes.Contains(code.GetString()!))
                    return true;
            }

            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>The registry gave no answer that could be used. Caught where a port is answered, and becomes Unknown there.</summary>
internal sealed class RegistryException(Reason reason) : Exception(reason.Sentence)
{
    public RegistryException(string code, string sentence)
        : this(new Reason(code, sentence))
    {
    }

    public Reason Reason { get; } = reason;
}
