namespace CdAutomation.Domain.Gates.Analysis;

/// <summary>Names of source repositories, made comparable.</summary>
public static class SourceRepository
{
    /// <summary>Whether two texts name one repository: <c>git+https://github.com/acme/app.git@refs/heads/main</c> is <c>github.com/acme/app</c>.
    /// Case does not count, as with every large git host.</summary>
    public static bool AreSame(string one, string other) =>
        Normalised(one) is { Length: > 0 } name && name.Equals(Normalised(other), StringComparison.OrdinalIgnoreCase);

    private static string Normalised(string text)
    {
        var from = text.IndexOf("://", StringComparison.Ordinal);
        var name = from < 0 ? text.AsSpan() : text.AsSpan(from + 3);

        var end = name.IndexOfAny('?', '#');
        if (end >= 0)
            name = name[..end];
        // Who logs in stands before the host, which version behind the path.
        var path = name.IndexOf('/');
        if (path > 0 && name[..path].LastIndexOf('@') is var user and >= 0)
        {
            name = name[(user + 1)..];
            path -= user + 1;
        }

        if (path > 0 && name[path..].IndexOf('@') is var version and >= 0)
            name = name[..(path + version)];

        name = name.TrimEnd('/');
        return name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? name[..^4].ToString() : name.ToString();
    }
}
