namespace CdAutomation.PolicyFiles;

/// <summary>Which files of a repository are policies, and which only stand beside them.</summary>
public static class PolicyPaths
{
    /// <summary>Whether the file is policies or a key that they may name. Of Cloud Build's files and hidden ones neither is read.</summary>
    /// <param name="path">Relative, or the name alone; with slashes of either kind.</param>
    public static bool Counts(string path) => IsPolicy(path) || IsKey(path);

    /// <summary>Whether it is YAML that must be policies: <c>.yaml</c> and <c>.yml</c>, but not <c>cloudbuild….yaml</c>.</summary>
    public static bool IsPolicy(string path) =>
        Path.GetExtension(path) is ".yaml" or ".yml"
        && !IsHidden(path)
        && !Path.GetFileName(path).StartsWith("cloudbuild", StringComparison.Ordinal);

    /// <summary>Whether it may be a public key: <c>.pub</c> and <c>.pem</c>.</summary>
    public static bool IsKey(string path) => Path.GetExtension(path) is ".pub" or ".pem" && !IsHidden(path);

    // As shells and editors see it; '..' and '.' are ways and no names.
    private static bool IsHidden(string path) =>
        path.Split('/', '\\').Any(part => part.StartsWith('.') && part.Any(letter => letter != '.'));
}
