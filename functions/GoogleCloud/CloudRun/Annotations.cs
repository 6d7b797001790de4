using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// What we leave written on a target, for whoever looks at it there, and for ourselves where an answer of ours was lost. Under other prefixes
/// nothing is read or written.
/// </summary>
internal static class Annotations
{
    public const string Prefix = "cdautomation.dev/";

    /// <summary>On a template: makes a revision of the same image anew, after a fault that may pass.</summary>
    public const string Attempt = Prefix + "attempt";

    private const string Image = Prefix + "image";
    private const string Tag = Prefix + "tag";
    private const string Run = Prefix + "run";
    private const string Order = Prefix + "order";
    private const string Canary = Prefix + "canary";
    private const string BeforeImage = Prefix + "before-image";
    private const string BeforeTag = Prefix + "before-tag";
    private const string BeforeRevision = Prefix + "before-revision";
    private const string PutBack = Prefix + "put-back";
    private const int LengthMax = 256;

    /// <summary>Notes what is rolled out, in place of what.</summary>
    /// <param name="annotations">Of the target.</param>
    /// <param name="order">What is owed.</param>
    /// <param name="before">What it replaces, as far as it is known.</param>
    /// <param name="canary">Short name of the new revision where others have traffic beside it, or null.</param>
    public static void Write(MapField<string, string> annotations, Effect.Apply order, Footing? before, string? canary)
    {
        var tag = before?.Image is { } image ? TagFor(annotations, image) : null;
        WriteNote(annotations, order.Note, order.Image.Reference);
        annotations.Remove(PutBack);
        Set(annotations, Order, order.Id);
        Set(annotations, Canary, canary);
        SetWhole(annotations, BeforeImage, before?.Image?.ToString());
        SetWhole(annotations, BeforeRevision, before?.Revision);
        Set(annotations, BeforeTag, tag);
    }

    /// <summary>Notes what is gone back to.</summary>
    public static void Write(MapField<string, string> annotations, Effect.TakeBack order)
    {
        WriteNote(annotations, order.Note, order.Before.Image);
        Set(annotations, Order, order.Id);
        foreach (var key in (string[])[Canary, BeforeImage, BeforeTag, BeforeRevision])
            annotations.Remove(key);
    }

    /// <summary>Whether our last write was one of this order.</summary>
    public static bool AreOf(MapField<string, string> annotations, Effect.TakeBack order) =>
        annotations.TryGetValue(Order, out var id) && id == Fit(order.Id);

    /// <summary>The tag written beside an image, if this is an image one was written for: others may have written since.</summary>
    public static string? TagFor(MapField<string, string> annotations, ImageReference image) =>
        TagFor(annotations, image, Image, Tag) ?? TagFor(annotations, image, BeforeImage, BeforeTag);

    /// <summary>Whether a write of ours told the target to run this image, whatever it is told now.</summary>
    public static bool Names(MapField<string, string> annotations, ImageReference image) =>
        annotations.TryGetValue(Image, out var written) && written == WithoutTag(image);

    /// <summary>Writes on a template which image of ours it names, so that its revisions are known from those that somebody else made.</summary>
    public static void WriteOwn(MapField<string, string> template, ImageReference image) => SetWhole(template, Image, WithoutTag(image));

    /// <summary>Whether what a template, or a revision, runs is what we wrote there.</summary>
    public static bool AreOwn(MapField<string, string> template, string runs) =>
        template.TryGetValue(Image, out var written) && ImageReference.TryParse(runs, out var image) && written == WithoutTag(image);

    /// <summary>Short name of the revision that a write of ours gave a part of the traffic, or an address; null for none.</summary>
    public static string? CanaryOf(MapField<string, string> annotations) => annotations.TryGetValue(Canary, out var name) ? name : null;

    /// <summary>Short name of the revision that served before our last order; null where that is not known.</summary>
    public static string? RevisionBefore(MapField<string, string> annotations) =>
        annotations.TryGetValue(BeforeRevision, out var name) ? name : null;

    /// <summary>Notes that a watch took the image of our last order away again: an order that was never marked as done is not to bring it back.</summary>
    public static void WritePutBack(MapField<string, string> annotations) => SetWhole(annotations, PutBack, annotations.TryGetValue(Image, out var image) ? image : null);

    /// <summary>Whether a watch took this image away, and no other was ordered since.</summary>
    public static bool WasPutBack(MapField<string, string> annotations, ImageReference image) =>
        annotations.TryGetValue(PutBack, out var written) && written == WithoutTag(image);

    /// <summary>The suffix of the execution that a write of ours started last; null for none.</summary>
    public static string? RunOf(MapField<string, string> annotations) => annotations.TryGetValue(Run, out var token) ? token : null;

    /// <summary>Notes that an execution is started, for where Cloud Run does not show the suffix that it was given.</summary>
    public static void WriteRun(MapField<string, string> annotations, string token) => Set(annotations, Run, token);

    /// <summary>What an earlier write of this same order found; null where there was none, so that its answer cannot have been lost.</summary>
    public static Footing? BeforeOf(MapField<string, string> annotations, Effect.Apply order)
    {
        if (!annotations.TryGetValue(Order, out var id) || id != Fit(order.Id) || !Names(annotations, order.Image.Reference))
            return null;

        var image = annotations.TryGetValue(BeforeImage, out var text) && ImageReference.TryParse(text, out var read) ? read : null;
        var revision = annotations.TryGetValue(BeforeRevision, out var name) ? name : null;
        return image is null && revision is null ? null : new Footing(image, revision);
    }

    public static void Set(MapField<string, string> annotations, string key, string? value) =>
        SetWhole(annotations, key, value is null ? null : Fit(value));

    private static void WriteNote(MapField<string, string> annotations, ApplyNote note, ImageReference? image)
    {
        Set(annotations, Prefix + "pipeline", note.Pipeline);
        Set(annotations, Prefix + "stage", note.Stage);
        Set(annotations, Prefix + "release", note.Release);
        Set(annotations, Prefix + "commit", note.Commit);
        Set(annotations, Tag, note.Tag);
        SetWhole(annotations, Image, image is null ? null : WithoutTag(image));
    }

    private static string? TagFor(MapField<string, string> annotations, ImageReference image, string imageKey, string tagKey) =>
        annotations.TryGetValue(imageKey, out var written)
        && ImageReference.TryParse(written, out var reference)
        && WithoutTag(reference) == WithoutTag(image)
        && annotations.TryGetValue(tagKey, out var tag)
        && ImageReference.IsTag(tag)
            ? tag
            : null;

    private static string WithoutTag(ImageReference image) =>
        image.Digest is null ? image.ToString() : new ImageReference(image.Repository, null, image.Digest).ToString();

    // A note for people must never be what a deploy is refused for: too long or of several lines, it is cut.
    private static string Fit(string value) =>
        string.Concat(value.Take(LengthMax).Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static void SetWhole(MapField<string, string> annotations, string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
            annotations.Remove(key);
        else
            annotations[key] = value;
    }
}
