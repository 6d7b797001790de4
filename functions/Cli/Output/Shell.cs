namespace CdAutomation.Cli.Output;

/// <summary>Commands to be copied into a shell.</summary>
internal static class Shell
{
    /// <summary>A word as a POSIX shell reads it back.</summary>
    public static string Quoted(string word) => word.Length > 0 && word.All(it => char.IsAsciiLetterOrDigit(it) || "/._-:=@%+".Contains(it, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
