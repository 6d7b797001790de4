using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// A regular expression of a policy. It is written in Go's syntax (RE2), as the users of Flux and Kargo write it, and runs without
/// backtracking, so that no pattern can hold a worker. Equal when its text is equal.
/// </summary>
internal sealed class TagPattern : IEquatable<TagPattern>
{
    /// <summary>Characters; long enough for every pattern that a person can still read.</summary>
    public const int LengthMax = 500;

    private const RegexOptions Engine = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // The engine takes patterns of 10,000 nodes. One of LengthMax characters has more only where it counts, or where + stands around
    // groups within groups, each of which doubles what is inside: 500 letters with a + each, three times doubled, stay below.
    private const int RepeatedGroupsSafe = 3;

    private readonly Lazy<Regex> _regex;
    private readonly GoPattern _source;

    private TagPattern(GoPattern source) => (_regex, _source) = (new(() => new Regex(source.Translated, Engine)), source);

    /// <summary>As the policy has it.</summary>
    public string Text => _source.Text;

    /// <summary>Compiles a pattern, or says in one sentence why it cannot be one.</summary>
    public static Parsed<TagPattern> Parse(string text)
    {
        if (text.Length is 0 or > LengthMax)
            return Refusal(text, $"it has {text.Length} characters, where 1 to {LengthMax} are possible");
        if (!GoPattern.Read(text).TryGetValue(out var source, out var why))
            return Refusal(text, why);

        var pattern = new TagPattern(source);
        try
        {
            // The automaton is made when a tag is first asked about: thousands of policies are read more often than they decide.
            _ = MayBeLarge(text) ? pattern._regex.Value : new Regex(source.Translated, RegexOptions.CultureInvariant);
            return pattern;
        }
        catch (RegexParseException problem)
        {
            return Refusal(text, $"it is malformed ({problem.Error})");
        }
        catch (NotSupportedException)
        {
            // The engine's own message counts nodes of an automaton; what is left here after GoPattern is a pattern of that size.
            return Refusal(text, "it cannot run without backtracking, or its counted repetitions multiply beyond 10,000");
        }
    }

    /// <summary>Whether the pattern matches anywhere in the tag.</summary>
    public bool IsMatch(string tag) => _regex.Value.IsMatch(tag);

    /// <summary>The template filled from the first match in the tag; null where there is no match.</summary>
    public string? Expand(string tag, string template)
    {
        var match = _regex.Value.Match(tag);
        return match.Success
            ? GoTemplate.Expand(template, name => _source.NumberOf(name) is { } number ? match.Groups[number].Value : "")
            : null;
    }

    /// <summary>The groups of a template that the pattern does not have, each once.</summary>
    public IReadOnlyList<string> UnknownGroups(string template)
    {
        var unknown = new List<string>();
        GoTemplate.Expand(template, name =>
        {
            if (_source.NumberOf(name) is null && !unknown.Contains(name))
                unknown.Add(name);
            return "";
        });
        return unknown;
    }

    /// <inheritdoc/>
    public bool Equals(TagPattern? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TagPattern);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    private static bool MayBeLarge(string text) =>
        text.Contains('{', StringComparison.Ordinal) || text.Split(")+").Length - 1 > RepeatedGroupsSafe;

    private static Reason Refusal(string text, string why) =>
        new("policy.pattern", $"{Excerpt.Of(text)} is no usable regular expression: {why}");
}
