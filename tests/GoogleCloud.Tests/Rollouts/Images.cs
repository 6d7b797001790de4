using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.LocalCloud.Run;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>What an image does. Its digest begins with this letter, so that whoever has the digest knows.</summary>
internal enum Nature
{
    Good = 'a',
    FailsToStart = 'b',
    Missing = 'c',
    AnswersWrongly = 'd',

    /// <summary>The registry does not answer for it the first time.</summary>
    LateOnce = 'e',
}

/// <summary>The images <c>acme/app/NAME</c> as the local Cloud Run finds them.</summary>
internal sealed class Images : IImages
{
    private readonly ConcurrentDictionary<string, bool> _asked = new();

    public static Repository RepositoryOf(string image) => new("asia-northeast1-docker.pkg.dev", $"acme/app/{image}");

    public static Digest DigestOf(string image, string tag, Nature nature = Nature.Good) => Digest.Parse(
        $"sha256:{(char)nature}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{image}:{tag}")))[1..]}");

    public static string Reference(string image, string tag, Nature nature = Nature.Good) =>
        $"{RepositoryOf(image)}@{DigestOf(image, tag, nature)}";

    public ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation)
    {
        var digest = reference[(reference.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return new((Nature)digest["sha256:".Length] switch
        {
            Nature.Missing => new ImageLookup.Missing(),
            Nature.LateOnce when _asked.TryAdd(digest, true) => new ImageLookup.Unreachable("the registry did not answer"),
            Nature.FailsToStart => Found(reference, digest, ("cdautomation.simulate", "fails-to-start")),
            _ => Found(reference, digest),
        });
    }

    private static ImageLookup.Found Found(string reference, string digest, params (string Key, string Value)[] labels) =>
        new(digest, digest, reference, labels.ToDictionary(label => label.Key, label => label.Value));
}
