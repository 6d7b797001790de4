using System.Collections.Immutable;

namespace CdAutomation.Domain.Images;

/// <summary>
/// What Artifact Registry announces on the topic <c>gcr</c>: an object of <c>action</c>, <c>digest</c> and <c>tag</c>, the last two being
/// whole references (Google's page "Configure notifications"). It is a hint: repeated, late, out of order, or missing for some tags.
/// </summary>
public abstract record RegistryNotification
{
    private RegistryNotification()
    {
    }

    /// <summary>A manifest was uploaded, or a tag now points to it.</summary>
    /// <param name="Repository">Where.</param>
    /// <param name="Digest">What.</param>
    /// <param name="Tag">Null for a manifest pushed by digest.</param>
    /// <param name="Kind">Whether that is an image at all.</param>
    public sealed record Pushed(Repository Repository, Digest Digest, string? Tag, ArtifactKind Kind) : RegistryNotification;

    /// <summary>A tag or a manifest is gone; at least one of the two is named.</summary>
    /// <param name="Repository">Where.</param>
    /// <param name="Tag">The tag removed, or null.</param>
    /// <param name="Digest">The manifest removed, or null where only a tag was.</param>
    public sealed record Removed(Repository Repository, string? Tag, Digest? Digest) : RegistryNotification;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Pushed, T> pushed, Func<Removed, T> removed) => this switch
    {
        Pushed it => pushed(it),
        Removed it => removed(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Reads the three fields of a message; null and the empty text mean that a field is absent.</summary>
    /// <param name="action"><c>INSERT</c> or <c>DELETE</c>.</param>
    /// <param name="digest">A reference with a digest.</param>
    /// <param name="tag">A reference with a tag.</param>
    /// <returns>The notification, or every reason why it can never be understood (codes <c>notification.*</c>).</returns>
    public static Parsed<RegistryNotification> Read(string? action, string? digest, string? tag)
    {
        var problems = ImmutableArray.CreateBuilder<Reason>();
        var byDigest = ReadReference("digest", digest, problems);
        var byTag = ReadReference("tag", tag, problems);

        if (action is not ("INSERT" or "DELETE"))
            problems.Add(new("notification.action", $"action is {Excerpt.Of(action)}, where INSERT and DELETE are known"));
        if (byDigest is { Digest: null })
            problems.Add(new("notification.digest", $"digest is {Excerpt.Of(digest)}, which names no digest"));
        if (byTag is { Tag: null })
            problems.Add(new("notification.tag", $"tag is {Excerpt.Of(tag)}, which names no tag"));
        if (action is "INSERT" && string.IsNullOrEmpty(digest))
            problems.Add(new("notification.digest", "an INSERT without a digest does not say what was pushed"));
        if (action is "DELETE" && string.IsNullOrEmpty(digest) && string.IsNullOrEmpty(tag))
            problems.Add(new("notification.empty", "a DELETE with neither digest nor tag does not say what was removed"));
        AddContradictions(byDigest, byTag, problems);

        if (problems.Count > 0)
            return Parsed<RegistryNotification>.Refused(problems.ToImmutable());

        var repository = (byDigest ?? byTag)!.Repository;
        var name = byTag?.Tag ?? byDigest?.Tag;
        return action is "INSERT"
            ? new Pushed(repository, byDigest!.Digest!.Value, name, ArtifactKinds.Of(name))
            : new Removed(repository, name, byDigest?.Digest ?? byTag?.Digest);
    }

    private static ImageReference? ReadReference(string field, string? text, ImmutableArray<Reason>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (ImageReference.TryParse(text, out var reference))
            return reference;

        problems.Add(text.Length > ImageReference.LengthMax
            ? new("notification.tooLong",
                $"{field} has {text.Length} characters, more than the {ImageReference.LengthMax} of any reference")
            : new("notification.reference", $"{field} is {Excerpt.Of(text)}, which is no image reference"));
        return null;
    }

    private static void AddContradictions(ImageReference? byDigest, ImageReference? byTag, ImmutableArray<Reason>.Builder problems)
    {
        if (byDigest is null || byTag is null)
            return;
        if (byDigest.Repository != byTag.Repository)
            problems.Add(new("notification.repository",
                $"digest is in '{byDigest.Repository}' and tag in '{byTag.Repository}', where one message is about one repository"));
        if (byTag.Digest is { } other && byDigest.Digest is { } one && other != one)
            problems.Add(new("notification.contradiction", $"digest says '{one}' and tag says '{other}'"));
        if (byDigest.Tag is { } second && byTag.Tag is { } first && first != second)
            problems.Add(new("notification.contradiction", $"digest says tag '{second}' and tag says '{first}'"));
    }
}
