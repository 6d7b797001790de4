namespace CdAutomation.LocalCloud.Registry;

/// <summary>An answer that is a no, as the error object of the OCI distribution spec v1.1 ("Error Codes"). Thrown anywhere, written in
/// one place.</summary>
internal sealed class RegistryRefusal(int status, string code, string sentence, IReadOnlyList<string>? details = null) : Exception(sentence)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>One error object is written for each; at least one.</summary>
    public IReadOnlyList<string> Details { get; } = details ?? [""];

    /// <summary>Answered with status 416: what the server holds, for the client to go on from.</summary>
    public UploadPosition? Position { get; init; }

    public static RegistryRefusal NameInvalid(string name) =>
        new(400, "NAME_INVALID", "the repository name is outside of the grammar", [Shown(name)]);

    public static RegistryRefusal NameUnknown(string name) => new(404, "NAME_UNKNOWN", "the repository is not known here", [name]);

    public static RegistryRefusal DigestInvalid(string sentence) => new(400, "DIGEST_INVALID", sentence);

    public static RegistryRefusal BlobUnknown(Digest digest) =>
        new(404, "BLOB_UNKNOWN", "the blob is not known in this repository", [digest.ToString()]);

    public static RegistryRefusal ManifestUnknown(string reference) =>
        new(404, "MANIFEST_UNKNOWN", "the manifest is not known in this repository", [reference]);

    public static RegistryRefusal ManifestInvalid(string sentence) => new(400, "MANIFEST_INVALID", sentence);

    public static RegistryRefusal UploadUnknown() => new(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload; begin a new one");

    public static RegistryRefusal UploadInvalid(string sentence) => new(400, "BLOB_UPLOAD_INVALID", sentence);

    public static RegistryRefusal TooLarge(string sentence) => new(413, "SIZE_INVALID", sentence);

    public static RegistryRefusal Unsupported(int status, string sentence) => new(status, "UNSUPPORTED", sentence);

    public static RegistryRefusal OutOfStep(UploadPosition position) =>
        new(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload stands") { Position = position };

    private static string Shown(string text) => text.Length <= 300 ? text : text[..300] + "…";
}

/// <summary>Where an upload stands.</summary>
internal sealed record UploadPosition(string Location, long Received)
{
    /// <summary>As the Range header has it: inclusive on both ends, "0-0" also when there is nothing yet (distribution spec v1.1,
    /// "Pushing a blob in chunks").</summary>
    public string Range => $"0-{Math.Max(Received - 1, 0)}";
}
