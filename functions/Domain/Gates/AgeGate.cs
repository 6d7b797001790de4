using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates;

/// <summary>Has the image been in the registry long enough?</summary>
public static class AgeGate
{
    /// <summary>Counts from when the registry first had the image.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="image">The image.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.Age gate, ReleaseImage image, DateTimeOffset now)
    {
        var until = Instants.Later(image.FirstSeen, gate.Minimum);
        var since = $"{image.Label} has been in the registry since {Instants.Utc(image.FirstSeen)}";
        return now < until
            ? new(gate.Name, Finding.Hold, new(
                "age.young", $"{since}, and {Instants.Length(gate.Minimum)} are required, which it has at {Instants.Utc(until)}"), until)
            : new(gate.Name, Finding.Pass, new(
                "age.ok", $"{since}, which is {Instants.Length(now - image.FirstSeen)}, and {Instants.Length(gate.Minimum)} are required"));
    }
}
