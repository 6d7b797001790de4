using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// A regular expression of Go (package regexp/syntax) said in .NET's words. What differs in silence is the danger: .NET counts named
/// groups after unnamed ones, reads <c>[[:alpha:]]</c> as something else, and subtracts classes with <c>-[</c>.
/// </summary>
internal sealed class GoPattern
{
    private readonly StringBuilder _out = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private int _groups;
    private int _at;

    private GoPattern(string text) => Text = text;

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>For .NET: every group bears its number from left to right as its name.</summary>
    public string Translated => _out.ToString();

    /// <summary>The group that Go means by a name or a number; null where there is none (it then expands to nothing).</summary>
    public int? NumberOf(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number <= _groups ? number : null
            : _names.TryGetValue(name, out var named) ? named : null;

    /// <summary>Translates, or says what is not understood.</summary>
    public static Translation Read(string text)
    {
        var pattern = new GoPattern(text);
        while (pattern._at < text.Length)
        {
            if (pattern.Step() is { } why)
                return new(null, why);
        }
        return new(pattern, null);
    }

    /// <summary>A pattern, or the reason why there is none.</summary>
    public readonly record struct Translation(GoPattern? Pattern, string? Why)
    {
        /// <summary>Gives the pattern, or else the reason.</summary>
        public bool TryGetValue(
            [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out GoPattern? pattern,
            [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? why)
        {
            (pattern, why) = (Pattern, Pattern is null ? Why ?? "it is not understood" : null);
            return pattern is not null;
        }
    }

    private string? Step()
    {
        switch (Text[_at])
        {
            case '\\':
                return Escape();
            case '[':
                return Class();
            case '(':
                return Group();
            default:
                _out.Append(Text[_at++]);
                return null;
        }
    }

    private string? Escape()
    {
        var next = _at + 1 < Text.Length ? Text[_at + 1] : '\0';
        if (next is >= '1' and <= '9' or 'k')
            return $"'\\{next}' refers back to a group, which cannot be matched without backtracking";
        if (next is 'G' or 'Z')
            return $"'\\{next}' is not part of this syntax";
        CopyEscaped();
        return null;
    }

    // Go escapes any mark; .NET takes '_' for a letter there, and knows no escaped '_'.
    private void CopyEscaped()
    {
        var escaped = Text.AsSpan(_at, Math.Min(2, Text.Length - _at));
        _out.Append(escaped is "\\_" ? "_" : escaped);
        _at += 2;
    }

    private string? Class()
    {
        _out.Append(Text[_at++]);
        Copy('^');
        Copy(']');
        while (_at < Text.Length && Text[_at] != ']')
        {
            if (Text[_at] == '[' && _at + 1 < Text.Length && Text[_at + 1] == ':')
                return "classes such as [[:alpha:]] are not understood; write the letters, e.g. [A-Za-z]";
            if (Text[_at] == '[')
                _out.Append('\\');
            if (Text[_at] == '\\' && _at + 1 < Text.Length)
                CopyEscaped();
            else
                _out.Append(Text[_at++]);
        }
        return _at < Text.Length ? Close() : "a '[' is not closed";
    }

    private string? Close()
    {
        _out.Append(Text[_at++]);
        return null;
    }

    // Directly after the opening bracket, ']' stands for itself in both syntaxes, yet only escaped does it do so in every position.
    private void Copy(char wanted)
    {
        if (_at >= Text.Length || Text[_at] != wanted)
            return;
        if (wanted == ']')
            _out.Append('\\');
        _out.Append(Text[_at++]);
    }

    private string? Group()
    {
        var rest = Text.AsSpan(_at);
        if (rest is "(" || rest[1] != '?')
            return Capture(null, 1);
        if (rest.StartsWith("(?P<") || (rest.StartsWith("(?<") && !rest.StartsWith("(?<=") && !rest.StartsWith("(?<!")))
            return Named(rest);
        if (rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?<"))
            return "it looks ahead or behind, which cannot be matched without backtracking";
        if (rest.StartsWith("(?:"))
            return Flags(3);

        var flags = rest[2..].IndexOfAnyExcept("ims-");
        return flags > 0 && rest[2 + flags] is ':' or ')'
            ? Flags(2 + flags + 1)
            : "of the groups that begin with '(?', only (?:…), (?P<name>…), (?<name>…) and the flags i, m, s are understood";
    }

    private string? Flags(int length)
    {
        _out.Append(Text.AsSpan(_at, length));
        _at += length;
        return null;
    }

    private string? Named(ReadOnlySpan<char> rest)
    {
        var start = rest.IndexOf('<') + 1;
        var length = rest[start..].IndexOf('>');
        var name = length < 0 ? "" : rest.Slice(start, length).ToString();
        if (name is "" || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || char.IsAsciiDigit(name[0]))
            return "the name of a group is letters, digits and '_', a letter first, between '<' and '>'";
        return _names.ContainsKey(name) ? $"two groups are named '{name}'" : Capture(name, start + length + 1);
    }

    private string? Capture(string? name, int length)
    {
        _groups++;
        if (name is not null)
            _names.Add(name, _groups);
        _out.Append(CultureInfo.InvariantCulture, $"(?<{_groups}>");
        _at += length;
        return null;
    }
}
