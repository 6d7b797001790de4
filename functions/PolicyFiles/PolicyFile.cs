using CdAutomation.Domain;

namespace CdAutomation.PolicyFiles;

/// <summary>
/// One file of policies: YAML (or JSON, which is YAML), with any number of documents; or, where its path ends in <c>.pub</c> or
/// <c>.pem</c>, a public key that policies name.
/// </summary>
/// <param name="Path">As problems shall name it, with forward slashes, e.g. relative to the repository.</param>
/// <param name="Text">The content; anything, also what is no YAML at all.</param>
public sealed record PolicyFile(string Path, string Text)
{
    /// <summary>Why the content is not here, or null where it is; told as a problem of the file's first line.</summary>
    public Reason? Unreadable { get; init; }
}
