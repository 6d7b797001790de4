using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Registry;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>Looks for cosign's signatures beside an image, in both of their forms, and tries them.</summary>
internal sealed class SignatureAsker(RegistryContent registry)
{
    // A payload has some hundred bytes, a bundle with certificate and log entry some ten thousand.
    private const int PayloadMax = 1024 * 1024;
    private const string PredicateAnnotation = "dev.sigstore.bundle.predicateType";
    private const string SignPredicate = "https://sigstore.dev/cosign/sign/v1";

    public async Task<Answer> AskAsync(Gate.Signature gate, ReleaseImage image, CancellationToken cancellation)
    {
        if (!VerificationKey.Read(gate.Pem).TryGetValue(out var key))
            return new(Finding.Unknown, Unusable(gate));

        Reason? trouble = null;
        var places = Alternating(
            await FindAsync(ClassicAsync, image, Note, cancellation),
            await FindAsync(BundlesAsync, image, Note, cancellation));
        var trials = ImmutableArray.CreateBuilder<SignatureTrial>();
        foreach (var place in places.Take(SignatureGate.LooksMax))
        {
            try
            {
                trials.Add(await TryAsync(key, image, place, cancellation));
                if (trials[^1] is SignatureTrial.Verified)
                    break;
            }
            catch (RegistryException error)
            {
                Note(error.Reason);
            }
        }

        // What could not be read may be the signature that was meant; only a good one makes that not matter.
        return trouble is not null && !trials.OfType<SignatureTrial.Verified>().Any()
            ? new(Finding.Unknown, trouble)
            : SignatureGate.Judge(gate, image, trials.ToImmutable(), places.Length);

        void Note(Reason reason) => trouble ??= reason;
    }

    private static Reason Unusable(Gate.Signature gate)
    {
        var problem = VerificationKey.Read(gate.Pem).Problems[0];
        return problem with { Sentence = $"{gate.PublicKey}: {problem.Sentence}" };
    }

    private static async Task<ImmutableArray<Place>> FindAsync(
        Func<ReleaseImage, CancellationToken, Task<ImmutableArray<Place>>> find, ReleaseImage image, Action<Reason> note, CancellationToken cancellation)
    {
        try
        {
            return await find(image, cancellation);
        }
        catch (RegistryException error)
        {
            note(error.Reason);
            return [];
        }
    }

    private async Task<ImmutableArray<Place>> ClassicAsync(ReleaseImage image, CancellationToken cancellation)
    {
        var tag = SimpleSigning.TagOf(image.Digest);
        if (await registry.ManifestAsync(image.Repository, tag, cancellation) is not { } body)
            return [];

        var manifest = ArtifactManifest.Read(body) ?? throw Odd(image.Repository, tag);
        // cosign appends: the last is the newest.
        return [.. manifest.Parts.Reverse().Where(layer => !manifest.IsIndex && layer.MediaType == SimpleSigning.MediaType)
            .Select(layer => new Place.Classic(layer))];
    }

    private async Task<ImmutableArray<Place>> BundlesAsync(ReleaseImage image, CancellationToken cancellation)
    {
        var pages = await registry.ReferrersAsync(image.Repository, image.Digest, SigstoreBundle.MediaType, cancellation);
        ImmutableArray<Place> listed = pages is null ? [] : [.. pages.SelectMany(page => Bundles(page, image.Repository, "list of referrers"))];
        if (!listed.IsEmpty)
            return listed;

        // Also where the registry lists nothing: what was pushed before it learned to list is under the tag.
        var tag = SigstoreBundle.TagOf(image.Digest);
        return await registry.ManifestAsync(image.Repository, tag, cancellation) is { } body ? Bundles(body, image.Repository, tag) : [];
    }

    private static ImmutableArray<Place> Bundles(byte[] index, Repository repository, string name)
    {
        var manifest = ArtifactManifest.Read(index) ?? throw Odd(repository, name);
        return [.. manifest.Parts.Where(one => manifest.IsIndex && one.ArtifactType == SigstoreBundle.MediaType && MayBeSignature(one))
            .Select(one => new Place.Bundle(one.Digest))];
    }

    // Nobody vouches for the annotation: at worst it hides a signature, and then the image does not pass.
    private static bool MayBeSignature(Descriptor one) => one.Annotations.GetValueOrDefault(PredicateAnnotation, SignPredicate) == SignPredicate;

    private Task<SignatureTrial> TryAsync(VerificationKey key, ReleaseImage image, Place place, CancellationToken cancellation) => place.Match(
        async classic => SimpleSigning.Try(
            key, image.Digest, classic.Layer.Digest,
            await registry.BlobAsync(image.Repository, classic.Layer.Digest, PayloadMax, cancellation),
            classic.Layer.Annotations.GetValueOrDefault(SimpleSigning.SignatureAnnotation)),
        bundle => TryBundleAsync(key, image, bundle.Manifest, cancellation));

    private async Task<SignatureTrial> TryBundleAsync(VerificationKey key, ReleaseImage image, Digest manifest, CancellationToken cancellation)
    {
        var body = await registry.ManifestAsync(image.Repository, manifest.Value, cancellation)
            ?? throw new RegistryException("registry.odd", $"{image.Repository} lists the bundle {manifest.Short} and does not have it");
        if (ArtifactManifest.Read(body) is not { IsIndex: false, Parts: [var layer, ..] } || layer.MediaType != SigstoreBundle.MediaType)
            return new SignatureTrial.Refused($"its manifest {manifest.Short} holds no bundle");

        return SigstoreBundle.Try(
            key, image.Digest, layer.Digest, await registry.BlobAsync(image.Repository, layer.Digest, PayloadMax, cancellation));
    }

    private static RegistryException Odd(Repository repository, string name) =>
        new("registry.odd", $"what {repository} keeps under {name} is no manifest that can be read");

    /// <summary>One of each in turn, so that a flood of one form does not keep the other from being looked at.</summary>
    private static ImmutableArray<Place> Alternating(ImmutableArray<Place> first, ImmutableArray<Place> second)
    {
        var both = Math.Min(first.Length, second.Length);
        return [.. first.Zip(second).SelectMany(pair => new[] { pair.First, pair.Second }), .. first[both..], .. second[both..]];
    }

    /// <summary>Where something lies that passes for a signature.</summary>
    private abstract record Place
    {
        private Place() { }

        public sealed record Classic(Descriptor Layer) : Place;

        public sealed record Bundle(Digest Manifest) : Place;

        public T Match<T>(Func<Classic, T> classic, Func<Bundle, T> bundle) => this switch
        {
            Classic it => classic(it),
            Bundle it => bundle(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
