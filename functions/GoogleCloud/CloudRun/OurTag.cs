using System.Text.RegularExpressions;
using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>The traffic tag by which a new revision has an address before it has traffic: <c>cd-</c> and the start of the release.</summary>
internal static partial class OurTag
{
    private const string Prefix = "cd-";
    private const int HexMax = 7;
    private const int HexMin = 4;

    // "Combined traffic tag and service name cannot exceed 46 characters" (Cloud Run's own refusal).
    private const int WithNameMax = 46;

    /// <summary>The tag for a rollout; null where the service's name leaves no room for one.</summary>
    public static string? For(Effect.Apply order)
    {
        var length = Math.Min(HexMax, WithNameMax - Prefix.Length - order.Target.Name.Length);
        var release = HexPattern().Match(order.Note.Release).Value;
        var hex = release.Length >= HexMax ? release : HexPattern().Match(order.Image.Digest.Short).Value;
        return length >= HexMin && hex.Length >= length ? Prefix + hex[..length] : null;
    }

    /// <summary>Whether the entry bears a tag of ours, of whichever rollout.</summary>
    public static bool IsOn(TrafficTarget entry) => Pattern().IsMatch(entry.Tag);

    [GeneratedRegex(@"^cd-[0-9a-f]{4,7}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex("^[0-9a-f]*", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex HexPattern();
}
