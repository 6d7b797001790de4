using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>What we leave written on a service, for whoever looks at it there. Under other prefixes nothing is read or written.</summary>
internal static class Annotations
{
    public const string Prefix = "cdautomation.dev/";

    /// <summary>On a template: makes a revision of the same image anew, after a fault that may pass.</summary>
    public const string Attempt = Prefix + "attempt";

    private const string Image = Prefix + "image";
    private const string Tag = Prefix + "tag";
    private const int LengthMax = 256;

    public static void Write(MapField<string, string> annotations, Effect.Apply order)
    {
        Set(annotations, Prefix + "pipeline", order.Note.Pipeline);
        Set(annotations, Prefix + "stage", order.Note.Stage);
        Set(annotations, Prefix + "release", order.Note.Release);
        Set(annotations, Prefix + "commit", order.Note.Commit);
        Set(annotations, Tag, order.Note.Tag);
        annotations[Image] = order.Image.Reference.ToString();
    }

    /// <summary>The tag written beside an image, if this is the image it was written for: others may have written since.</summary>
    public static string? TagFor(MapField<string, string> annotations, ImageReference image) =>
        annotations.TryGetValue(Image, out var written)
        && written == new ImageReference(image.Repository, null, image.Digest).ToString()
        && annotations.TryGetValue(Tag, out var tag)
        && ImageReference.IsTag(tag)
            ? tag
            : null;

    public static void Set(MapField<string, string> annotations, string key, string? value)
    {
        // A note for people must never be what a deploy is refused for: too long or of several lines, it is cut.
        if (string.IsNullOrEmpty(value))
            annotations.Remove(key);
        else
            annotations[key] = string.Concat(value.Take(LengthMax).Select(letter => char.IsControl(letter) ? ' ' : letter));
    }
}
