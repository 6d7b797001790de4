using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Gates.Platforms;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>Reads for which platforms an image is made: from its index, or from the configuration of the one image that it is.</summary>
internal sealed class PlatformAsker(RegistryContent registry)
{
    private const int ConfigMax = 4 * 1024 * 1024;

    public async Task<Answer> AskAsync(Gate.Platform gate, ReleaseImage image, CancellationToken cancellation)
    {
        try
        {
            if (await registry.ManifestAsync(image.Repository, image.Digest.Value, cancellation) is not { } body)
                return Unknown("platform.gone", $"{image.Repository} does not have {image.Label} any more");
            if (ArtifactManifest.Read(body) is not { } manifest)
                return Unknown("platform.unknown", $"the manifest of {image.Label} cannot be read");

            return manifest.IsIndex ? JudgeIndex(gate, image, manifest) : await JudgeImageAsync(gate, image, manifest, cancellation);
        }
        catch (RegistryException error)
        {
            return new(Finding.Unknown, error.Reason);
        }
    }

    private static Answer JudgeIndex(Gate.Platform gate, ReleaseImage image, ArtifactManifest index)
    {
        var offered = index.Parts.Where(one => one.Platform is { Os: not null, Architecture: not null })
            .Select(one => ImagePlatform.Of(one.Platform.Os!, one.Platform.Architecture!, one.Platform.Variant)).ToImmutableArray();
        return PlatformGate.Judge(gate, image, offered, index.Parts.Length - offered.Length);
    }

    private async Task<Answer> JudgeImageAsync(Gate.Platform gate, ReleaseImage image, ArtifactManifest manifest, CancellationToken cancellation)
    {
        if (manifest.Config is not { } config)
            return Unknown("platform.unknown", $"the manifest of {image.Label} names no configuration");

        var body = await registry.BlobAsync(image.Repository, config.Digest, ConfigMax, cancellation);
        if (ContentDigest.Of(body) is var hashed && hashed != config.Digest)
            throw new RegistryException("registry.digest", $"{image.Repository} was asked for {config.Digest} and answered with {hashed}");

        return PlatformOf(body) is { } platform
            ? PlatformGate.Judge(gate, image, [platform], silent: 0)
            : PlatformGate.Judge(gate, image, [], silent: 1);
    }

    private static ImagePlatform? PlatformOf(byte[] config)
    {
        try
        {
            using var document = JsonDocument.Parse(config);
            var (os, architecture) = (Descriptor.Text(document.RootElement, "os"), Descriptor.Text(document.RootElement, "architecture"));
            return os is { Length: > 0 } && architecture is { Length: > 0 }
                ? ImagePlatform.Of(os, architecture, Descriptor.Text(document.RootElement, "variant"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair is JSON, and no text.
            return null;
        }
    }

    private static Answer Unknown(string code, string sentence) => new(Finding.Unknown, new(code, sentence));
}
