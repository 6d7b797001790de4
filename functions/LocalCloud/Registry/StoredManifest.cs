namespace CdAutomation.LocalCloud.Registry;

/// <summary>A manifest as it was pushed, to the byte.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, byte[] Body);
