using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates;

/// <summary>Has an earlier stage proved the release, for long enough?</summary>
public static class AfterGate
{
    /// <summary>Counts from when all of that stage served the image.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="image">The image.</param>
    /// <param name="provedAt">When all of that stage served it; null while it has not.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.After gate, ReleaseImage image, DateTimeOffset? provedAt, DateTimeOffset now)
    {
        if (provedAt is not { } proved)
            return new(gate.Name, Finding.Hold, new("after.awaited", $"{image.Label} has not served all of {gate.Stage} yet"));

        var until = Instants.Later(proved, gate.SoakTime);
        var since = $"{image.Label} has served all of {gate.Stage} since {Instants.Utc(proved)}";
        return now < until
            ? new(gate.Name, Finding.Hold, new(
                "after.soaking", $"{since}, and {Instants.Length(gate.SoakTime)} are required, which it has at {Instants.Utc(until)}"), until)
            : new(gate.Name, Finding.Pass, new(
                "after.ok", $"{since}, which is {Instants.Length(now - proved)}, and {Instants.Length(gate.SoakTime)} are required"));
    }
}
