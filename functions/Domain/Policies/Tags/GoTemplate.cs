using System.Text;

namespace CdAutomation.Domain.Policies;

/// <summary>
/// The templates of Go's <c>Regexp.Expand</c>: <c>$name</c> takes the longest run of letters, digits and underscores (so <c>$1x</c> is
/// <c>${1x}</c>), <c>$$</c> is a dollar sign, an unknown group is empty, and a <c>$</c> that begins nothing stands for itself.
/// </summary>
internal static class GoTemplate
{
    /// <summary>Fills the template.</summary>
    /// <param name="template">Of the policy.</param>
    /// <param name="valueOf">What a group captured, by name or number; the empty text for an unknown one.</param>
    public static string Expand(string template, Func<string, string> valueOf)
    {
        var filled = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            if (template[at] != '$')
            {
                filled.Append(template[at++]);
                continue;
            }
            if (template.AsSpan(at).StartsWith("$$"))
            {
                filled.Append('$');
                at += 2;
                continue;
            }

            var (name, length) = Reference(template.AsSpan(at));
            filled.Append(length == 0 ? "$" : valueOf(name));
            at += Math.Max(1, length);
        }
        return filled.ToString();
    }

    private static (string Name, int Length) Reference(ReadOnlySpan<char> text)
    {
        var braced = text.Length > 1 && text[1] == '{';
        var start = braced ? 2 : 1;
        var end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        if (end == start || (braced && (end == text.Length || text[end] != '}')))
            return ("", 0);
        return (text[start..end].ToString(), braced ? end + 1 : end);
    }
}
