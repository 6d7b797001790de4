using System.Diagnostics.CodeAnalysis;

namespace CdAutomation.Domain.Gates.Platforms;

/// <summary>Operating system and architecture, as images name them (OCI image specification v1.1, "Image Index", platform).</summary>
/// <param name="Os">E.g. <c>linux</c>.</param>
/// <param name="Architecture">E.g. <c>amd64</c>.</param>
/// <param name="Variant">E.g. <c>v7</c>; null where none is named. That of arm64 is <c>v8</c> and reads as none: tools write it both ways.</param>
public sealed record ImagePlatform(string Os, string Architecture, string? Variant)
{
    private const int LengthMax = 100;

    /// <summary>What attestations are listed under, which are no images (Docker, "Image attestation storage").</summary>
    public bool IsOfNoImage => Os is "unknown" && Architecture is "unknown";

    /// <summary>The platform of these three parts.</summary>
    public static ImagePlatform Of(string os, string architecture, string? variant) =>
        new(os, architecture, variant is null or "" || architecture is "arm64" && variant is "v8" ? null : variant);

    /// <summary>Reads <c>os/architecture</c> or <c>os/architecture/variant</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImagePlatform? platform)
    {
        platform = text is { Length: <= LengthMax } && text.Split('/') is [_, _, .. { Length: <= 1 }] parts && parts.All(part => part.Length > 0)
            ? Of(parts[0], parts[1], parts is [_, _, var variant] ? variant : null)
            : null;
        return platform is not null;
    }

    /// <summary>Whether an image of this platform is what was wanted. Who names no variant takes any.</summary>
    public bool Is(ImagePlatform wanted) =>
        Os == wanted.Os && Architecture == wanted.Architecture && (wanted.Variant is null || Variant == wanted.Variant);

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
