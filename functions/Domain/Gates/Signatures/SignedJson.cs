using System.Text.Json;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>JSON that anybody may have written: what cannot be read is nothing, never an exception.</summary>
internal static class SignedJson
{
    private const int Base64Max = 1024 * 1024;

    // A key given twice could mean one thing to us and another to who signed it.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The document, to be disposed of; null where it is none.</summary>
    public static JsonDocument? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is at the end of a path of keys, if all of them are there.</summary>
    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(key, out element))
                return null;
        }

        return element;
    }

    /// <summary>The text at the end of a path of keys, if there is one.</summary>
    public static string? TextAt(this JsonElement element, params ReadOnlySpan<string> path)
    {
        if (element.At(path) is not { ValueKind: JsonValueKind.String } value)
            return null;

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is JSON, and no text.
            return null;
        }
    }

    /// <summary>The items of a list at the end of a path of keys; none where there is no list.</summary>
    public static IEnumerable<JsonElement> ItemsAt(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The bytes of a text in base64, if it is one.</summary>
    public static byte[]? Base64(string? text)
    {
        if (text is not { Length: > 0 and <= Base64Max })
            return null;

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }
}
