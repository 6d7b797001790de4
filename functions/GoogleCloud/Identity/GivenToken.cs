using System.Text.Json;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>
/// What a token server answers: <c>{"access_token": …, "expires_in": seconds}</c> (RFC 6749 section 5.1); registries say <c>token</c> too.
/// </summary>
internal static class GivenToken
{
    /// <summary>The token and its life in seconds; no token where there is none that fits into a header, 0 where no life is told.</summary>
    public static (string? Token, int Seconds) Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
                return (null, 0);

            var seconds = root.TryGetProperty("expires_in", out var life) && life.ValueKind is JsonValueKind.Number
                && life.TryGetInt32(out var count) ? count : 0;
            return (Text(root, "token") ?? Text(root, "access_token"), seconds);
        }
        catch (JsonException)
        {
            return (null, 0);
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair is JSON, and no text.
            return (null, 0);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: > 0 } text && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text
            : null;
}
