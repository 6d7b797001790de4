using System.Globalization;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates;

/// <summary>A gate whose answer is elsewhere: what was answered last counts for a while, and until then it is being asked.</summary>
public static class AskedGate
{
    /// <summary>The code of a gate that waits for its answer.</summary>
    public const string Asking = "gate.asking";

    /// <summary>Goes by what was answered.</summary>
    /// <param name="gate">What was asked.</param>
    /// <param name="image">About what.</param>
    /// <param name="kept">The last answer; null where nobody has asked yet.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate gate, ReleaseImage image, KeptAnswer? kept, DateTimeOffset now)
    {
        if (kept is null)
            return new(gate.Name, Finding.Hold, new(Asking, $"{gate.Name} is being asked about {image.Label}"));

        var answer = kept.Answer;
        // An old yes is no yes: what was found since is what matters now.
        if (answer.Finding == Finding.Pass && IsDue(kept, now))
        {
            var asked = kept.AskedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            return new(gate.Name, Finding.Hold, new(Asking, $"{gate.Name} is being asked about {image.Label} again; it said yes at {asked}Z"));
        }

        var next = answer.Finding is Finding.Hold or Finding.Unknown && kept.AskAgainAt > now ? kept.AskAgainAt : null;
        return new(gate.Name, answer.Finding, answer.Reason, next);
    }

    /// <summary>Whether it is time to ask.</summary>
    public static bool IsDue(KeptAnswer? kept, DateTimeOffset now) => kept is null || kept.AskAgainAt <= now;
}
