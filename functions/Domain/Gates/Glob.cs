namespace CdAutomation.Domain.Gates;

/// <summary>Whole-name patterns of <c>*</c> (any run, slashes too) and <c>?</c> (any one character).</summary>
public static class Glob
{
    /// <summary>Whether the pattern covers the whole name. Time is at most the product of the two lengths, whatever the pattern.</summary>
    public static bool Matches(string pattern, string? name)
    {
        if (name is null)
            return false;

        var (at, from) = (0, 0);
        var (star, mark) = (-1, 0);
        while (from < name.Length)
        {
            if (at < pattern.Length && (pattern[at] == '?' || (pattern[at] == name[from] && pattern[at] != '*')))
                (at, from) = (at + 1, from + 1);
            else if (at < pattern.Length && pattern[at] == '*')
                (star, mark, at) = (at, from, at + 1);
            else if (star >= 0)
                (at, mark, from) = (star + 1, mark + 1, mark + 1);
            else
                return false;
        }

        return pattern.AsSpan(at).TrimStart('*').IsEmpty;
    }
}
