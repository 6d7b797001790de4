using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates.Platforms;

/// <summary>Does the image run on the platform?</summary>
public static class PlatformGate
{
    private const int NamedMax = 6;

    /// <summary>Judges what the registry says the image is made for.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="image">The image.</param>
    /// <param name="offered">The platform of each image in it; attestations may be among them.</param>
    /// <param name="silent">How many images in it do not say their platform.</param>
    public static Answer Judge(Gate.Platform gate, ReleaseImage image, ImmutableArray<ImagePlatform> offered, int silent)
    {
        if (!ImagePlatform.TryParse(gate.Wanted, out var wanted))
            return new(Finding.Unknown, new("platform.wanted", $"{Excerpt.Of(gate.Wanted)} is no platform: os/architecture is, e.g. linux/amd64"));

        var images = offered.Where(one => !one.IsOfNoImage).Distinct().ToImmutableArray();
        if (images.Any(one => one.Is(wanted)))
            return new(Finding.Pass, new("platform.ok", $"{image.Label} is made for {wanted}"));

        return silent > 0
            ? new(Finding.Unknown, new("platform.unknown",
                $"{silent} of {images.Length + silent} images in {image.Label} do not say their platform, and none is {wanted}"))
            : new(Finding.Reject, new("platform.mismatch", $"{image.Label} is made for {Named(images)}, and {wanted} is required"));
    }

    private static string Named(ImmutableArray<ImagePlatform> images) => images switch
    {
        [] => "no platform",
        { Length: <= NamedMax } => string.Join(", ", images.Select(Shown)),
        _ => $"{string.Join(", ", images.Take(NamedMax).Select(Shown))} and {images.Length - NamedMax} more",
    };

    // The image's own word: only what looks like a platform is shown as it is.
    private static string Shown(ImagePlatform platform) =>
        platform.ToString() is var text && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_')
            && text.Length <= 40 ? text : Excerpt.Of(text);
}
