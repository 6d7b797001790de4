namespace CdAutomation.LocalCloud.Registry;

/// <summary>A manifest as it was pushed, to the byte.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, byte[] Body);

/// <summary>When a manifest first came.</summary>
/// <param name="Digest">Which.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Tags">What it is called now, ordinal.</param>
/// <param name="At">Milliseconds since 1970, UTC.</param>
internal sealed record Uploaded(Digest Digest, string MediaType, IReadOnlyList<string> Tags, long At);
