namespace CdAutomation.LocalCloud.Run;

/// <summary>Where the local Cloud Run asks what an image reference stands for, at the moment a revision is created.</summary>
public interface IImages
{
    /// <summary>Looks a reference up, by tag or by digest. What cannot be answered is an answer too, never an exception.</summary>
    /// <param name="reference">As in <c>containers[].image</c>: host, path, and a tag or a digest or both.</param>
    ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation);
}

/// <summary>What a registry says of an image reference.</summary>
public abstract record ImageLookup
{
    private ImageLookup() { }

    /// <param name="Digest"><c>sha256:…</c> of the manifest or index that the reference stands for.</param>
    /// <param name="ConfigDigest"><c>sha256:…</c> of the linux/amd64 image's configuration.</param>
    /// <param name="PullReference">Where its bytes are now: registry address, path and digest.</param>
    /// <param name="Labels">The labels of that configuration.</param>
    public sealed record Found(string Digest, string ConfigDigest, string PullReference, IReadOnlyDictionary<string, string> Labels)
        : ImageLookup;

    /// <summary>No such image, or a registry that is not known here.</summary>
    public sealed record Missing : ImageLookup;

    /// <summary>The registry does not let us read it.</summary>
    public sealed record Denied : ImageLookup;

    /// <summary>There is an image, and none of it is for linux/amd64, the only platform of Cloud Run.</summary>
    public sealed record WrongPlatform(string MediaType) : ImageLookup;

    /// <summary>What the registry gave is not an image.</summary>
    public sealed record Malformed(string Problem) : ImageLookup;

    /// <summary>The registry did not answer, or with a fault of its own; worth another try.</summary>
    public sealed record Unreachable(string Problem) : ImageLookup;
}
