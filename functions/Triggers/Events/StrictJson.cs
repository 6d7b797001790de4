using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// JSON from outside: UTF-8, no key twice, bounded depth, every text readable. What passes here can be read without an exception.
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting that is read; real messages have less than ten levels.</summary>
    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>Reads a JSON object.</summary>
    /// <param name="text">The bytes; they must not change while the document is used.</param>
    /// <param name="what">What it is, for the sentence.</param>
    /// <returns>The document, or why it is none (codes <c>message.encoding</c>, <c>message.json</c>, <c>message.shape</c>).</returns>
    public static Parsed<JsonDocument> Read(ReadOnlyMemory<byte> text, string what)
    {
        if (!Utf8.IsValid(text.Span))
            return new Reason("message.encoding", $"{what} is not UTF-8");

        try
        {
            RequireReadableText(text.Span);
            var document = JsonDocument.Parse(text, Strict);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;

            var kind = document.RootElement.ValueKind;
            document.Dispose();
            return new Reason("message.shape", $"{what} is {Named(kind)}, where an object belongs");
        }
        catch (JsonException fault)
        {
            var place = fault.LineNumber is { } line ? $" (line {line + 1}, byte {fault.BytePositionInLine + 1})" : "";
            return new Reason(
                "message.json", $"{what} is malformed JSON, names a key twice, or nests deeper than {DepthMax} levels{place}");
        }
        catch (InvalidOperationException)
        {
            return new Reason("message.encoding", $"{what} has half a surrogate pair in a text");
        }
    }

    /// <summary>The object of that name, or null.</summary>
    public static JsonElement? Object(this JsonElement parent, string name) => parent.Child(name, JsonValueKind.Object);

    /// <summary>The elements of the array of that name; none where there is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name) =>
        parent.Child(name, JsonValueKind.Array) is { } array ? array.EnumerateArray() : [];

    /// <summary>
    /// The text of that name where there is one that is of use: not empty, not too long, without control characters. Otherwise null.
    /// </summary>
    public static string? Text(this JsonElement? parent, string name, int most) =>
        parent?.Child(name, JsonValueKind.String)?.GetString() is { Length: > 0 } text && text.Length <= most && !text.Any(char.IsControl)
            ? text
            : null;

    /// <summary>The instant of that name (RFC 3339, as protobuf writes timestamps), or null.</summary>
    public static DateTimeOffset? Time(this JsonElement parent, string name) =>
        parent.Child(name, JsonValueKind.String) is { } value && value.TryGetDateTimeOffset(out var time) ? time : null;

    /// <summary>Whether the name is there with another value than null.</summary>
    public static bool Has(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>The text of that name; null where it is absent or null.</summary>
    /// <param name="problem">Set where something else than a text is there.</param>
    public static string? TextOrProblem(this JsonElement parent, string name, out Reason? problem)
    {
        problem = null;
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        if (value.ValueKind is JsonValueKind.String)
            return value.GetString();
        problem = new("message.field", $"{Excerpt.Of(name)} is {Named(value.ValueKind)}, where a text belongs");
        return null;
    }

    private static JsonElement? Child(this JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    [SuppressMessage("Performance", "CA1806", Justification = "The call is made for its exception.")]
    private static void RequireReadableText(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = DepthMax });
        while (reader.Read())
        {
            // Only an escape can spell half a surrogate pair, and every later read of such a text would throw.
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };
}
