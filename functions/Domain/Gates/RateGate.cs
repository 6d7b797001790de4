using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>May the stage take one more release now?</summary>
public static class RateGate
{
    /// <summary>Counts within the span that ends now; a release leaves it when exactly the span has passed.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="deployments">When the stage took a release; in any order.</param>
    /// <param name="now">The instant.</param>
    public static Verdict Judge(Gate.Rate gate, ImmutableArray<DateTimeOffset> deployments, DateTimeOffset now)
    {
        var leaving = deployments.Select(taken => Instants.Later(taken, gate.Per)).Where(leaves => leaves > now).Order().ToImmutableArray();
        var count = $"{leaving.Length} of at most {gate.AtMost} releases were taken within {Instants.Length(gate.Per)} of {Instants.Utc(now)}";
        if (leaving.Length < gate.AtMost)
            return new(gate.Name, Finding.Pass, new("rate.ok", count));

        // Where more were taken than may be (the policy allowed them then, or somebody insisted), the first that leaves makes no room yet.
        var room = leaving[leaving.Length - gate.AtMost];
        return new(gate.Name, Finding.Hold, new("rate.full", $"{count}; there is room again at {Instants.Utc(room)}"), room);
    }
}
