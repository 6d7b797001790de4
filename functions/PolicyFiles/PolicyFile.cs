namespace CdAutomation.PolicyFiles;

/// <summary>One file of policies: YAML (or JSON, which is YAML), with any number of documents.</summary>
/// <param name="Path">As problems shall name it, e.g. relative to the repository.</param>
/// <param name="Text">The content; anything, also what is no YAML at all.</param>
public sealed record PolicyFile(string Path, string Text);
