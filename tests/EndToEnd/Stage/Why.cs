using System.Text.Json;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>The answer of <c>cdctl why --json</c>, as a script reads it.</summary>
internal sealed class Why(string text, JsonElement root)
{
    /// <summary>The decisions, oldest first.</summary>
    public IReadOnlyList<WhyLine> Lines { get; } = [.. root.GetProperty("decisions").EnumerateArray().Select(WhyLine.Of)];

    /// <summary>The tag of what the pipeline's only stage serves, or null where that is no image of the pipeline.</summary>
    public string? ServingTag =>
        root.GetProperty("status").GetProperty("stages")[0].TryGetProperty("tag", out var tag) ? tag.GetString() : null;

    public static Why Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return new(text, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            throw new AssertionException($"'cdctl why --json' printed no JSON: {text}");
        }
    }

    /// <summary>The decisions about what was named by a tag.</summary>
    public IReadOnlyList<WhyLine> Of(string tag) => [.. Lines.Where(line => line.Tag == tag)];

    public override string ToString() => text;
}

/// <summary>One decision.</summary>
/// <param name="Tag">The tag that named the image, or null.</param>
/// <param name="Digest">The image, or null.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">The reason's code.</param>
/// <param name="Sentence">The reason.</param>
/// <param name="Commit">The policy commit.</param>
/// <param name="Cause">The event.</param>
/// <param name="Delivered">How often the event was delivered.</param>
internal sealed record WhyLine(
    string? Tag, string? Digest, string Outcome, string Code, string Sentence, string Commit, string Cause, int Delivered)
{
    public static WhyLine Of(JsonElement line)
    {
        var record = line.GetProperty("record");
        var reason = record.GetProperty("reason");
        return new(
            Text(record, "tag"),
            Text(record, "digest"),
            Text(record, "outcome")!,
            Text(reason, "code")!,
            Text(reason, "sentence")!,
            Text(record, "commit")!,
            Text(record, "cause")!,
            line.GetProperty("delivered").GetInt32());
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;
}
