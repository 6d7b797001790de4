using System.Text.Json;

namespace CdAutomation.PolicyFiles.Tests.Select;

/// <summary>What another tool is published to choose, and what we choose.</summary>
/// <param name="Id">Names the case in the page about tag rules.</param>
/// <param name="Line">The case, as <c>cdctl select --cases</c> reads it.</param>
/// <param name="Theirs">The tag that they choose, or null where they choose none or report an error.</param>
/// <param name="Ours">The tag that we choose; the same unless the difference is intended.</param>
/// <param name="Differs">Whether a difference is intended.</param>
/// <param name="Reason">Our code where we choose none.</param>
/// <param name="Why">The behaviour that the case shows, or the reason of the difference.</param>
internal sealed record PublishedCase(string Id, string Line, string? Theirs, string? Ours, bool Differs, string? Reason, string Why)
{
    private static readonly string[] Keys = ["id", "theirs", "ours", "reason", "why"];

    /// <summary>The cases of a tool: its lines, with the expectation that stands in the same line of the file beside.</summary>
    public static IReadOnlyList<PublishedCase> Of(string tool)
    {
        var (cases, expectations) = (Lines($"{tool}.jsonl"), Lines($"{tool}.expected.jsonl"));
        Assert.That(expectations, Has.Length.EqualTo(cases.Length), tool);
        return [.. cases.Zip(expectations, Read)];
    }

    /// <summary>An embedded text.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(PublishedCase).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static PublishedCase Read(string line, string expectation)
    {
        using var document = JsonDocument.Parse(expectation);
        var root = document.RootElement;
        Assert.That(root.EnumerateObject().Select(member => member.Name), Is.SubsetOf(Keys), expectation);
        var theirs = root.GetProperty("theirs").GetString();
        var differs = root.TryGetProperty("ours", out var ours);
        return new(
            root.GetProperty("id").GetString()!, line, theirs, differs ? ours.GetString() : theirs, differs,
            root.TryGetProperty("reason", out var reason) ? reason.GetString() : null, root.GetProperty("why").GetString()!);
    }
}
