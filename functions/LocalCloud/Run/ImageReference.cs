using System.Text.RegularExpressions;

namespace CdAutomation.LocalCloud.Run;

/// <summary>An image reference taken apart; the grammar of the distribution project's reference package, sha256 only.</summary>
internal sealed partial record ImageReference(string Host, string Path, string? Tag, string? Digest)
{
    /// <summary>What the registry is asked for; a digest outweighs a tag.</summary>
    public string Wanted => Digest ?? Tag ?? "latest";

    public static ImageReference? TryParse(string text)
    {
        if (text.Length > 512 || Grammar().Match(text) is not { Success: true } match) return null;
        var (host, path) = Split(match.Groups["name"].Value);
        return new(host, path, Given(match.Groups["tag"]), Given(match.Groups["digest"]));
    }

    // As docker does: a first part without dot, colon or "localhost" is no host but part of a path on Docker Hub.
    private static (string Host, string Path) Split(string name)
    {
        var cut = name.IndexOf('/', StringComparison.Ordinal);
        if (cut < 0) return ("docker.io", "library/" + name);
        var first = name[..cut];
        return first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost"
            ? (first, name[(cut + 1)..])
            : ("docker.io", name);
    }

    private static string? Given(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(
        @"^(?<name>([a-zA-Z0-9.-]+(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)"
        + @"(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
