namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Nearest
{
    // Longer words are no typing mistake of a key of the language.
    private const int LengthMax = 64;

    /// <summary><c>; did you mean 'x'?</c>, or the list of what is possible where nothing is near.</summary>
    public static string Suggest(string word, IReadOnlyList<string> possible) => Find(word, possible) is { } near
        ? $"; did you mean '{near}'?"
        : possible is [] ? "" : $"; possible is {string.Join(", ", possible)}";

    /// <summary>The nearest word, or null where none is near.</summary>
    public static string? Find(string word, IReadOnlyList<string> possible) => word.Length > LengthMax
        ? null
        : possible
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= Farthest(candidate))
            .Select(candidate => (candidate, distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.distance <= Farthest(pair.candidate))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    private static int Farthest(string candidate) => Math.Max(1, candidate.Length / 3);

    // Damerau and Levenshtein: insertions, deletions, replacements and swapped neighbours.
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;

        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }
        return table[left.Length, right.Length];
    }
}
