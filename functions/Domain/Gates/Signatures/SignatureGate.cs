using System.Collections.Immutable;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>Did the owner of a key sign this very image?</summary>
public static class SignatureGate
{
    /// <summary>How many signatures of an image are looked at: whoever may push could otherwise keep us busy for ever.</summary>
    public const int LooksMax = 20;

    /// <summary>Judges what was looked at. One good signature is enough, whatever lies beside it.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="image">The image.</param>
    /// <param name="trials">What became of each signature that was looked at.</param>
    /// <param name="found">How many there are, looked at or not.</param>
    public static Answer Judge(Gate.Signature gate, ReleaseImage image, ImmutableArray<SignatureTrial> trials, int found)
    {
        if (trials.OfType<SignatureTrial.Verified>().FirstOrDefault() is { } verified)
            return new(Finding.Pass, new("signature.ok", $"a {verified.Form} of {image.Label} verifies with {gate.PublicKey}"));

        var refused = trials.OfType<SignatureTrial.Refused>().ToImmutableArray();
        var unseen = found > trials.Length;
        if (refused.IsEmpty)
            return unseen
                ? new(Finding.Unknown, new("signature.unread",
                    $"{trials.Length} of {found} bundles of {image.Label} were looked at, none of them a signature"))
                : new(Finding.Hold, new("signature.missing", $"{image.Repository} has no signature of {image.Label} yet"));

        var looked = unseen ? $"{trials.Length} of {found} signatures" : refused is [_] ? "1 signature" : $"{refused.Length} signatures";
        return new(Finding.Reject, new("signature.invalid",
            $"{looked} of {image.Label} looked at, none verifies with {gate.PublicKey}; of the last: {refused[^1].Why}"));
    }
}
