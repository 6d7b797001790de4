using System.Globalization;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>What people have said that keeps a stage where it is, told as gates tell their answers.</summary>
internal static class Standstills
{
    /// <summary>The name under which a hold answers.</summary>
    public const string Hold = "hold";

    /// <summary>The name under which what somebody else changed answers.</summary>
    public const string Drift = "drift";

    /// <summary>The verdicts of those that count now; none where nobody has said anything.</summary>
    /// <param name="state">The pipeline.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="offer">What is asked about; null for anything that may come.</param>
    /// <param name="now">The instant.</param>
    public static IEnumerable<Verdict> Of(PipelineState state, StageState stage, Offer? offer, DateTimeOffset now)
    {
        if (state.Freeze is { } freeze && freeze.Holds(now))
            yield return Held("freeze", "people.frozen", $"the pipeline is frozen {By(freeze)}", freeze);
        if (stage.Hold is { } hold && hold.Holds(now))
            yield return Held(Hold, "stage.held", $"the stage is held {By(hold)}", hold);
        foreach (var drift in stage.Drifts.Values.Take(1))
            yield return Held(Drift, "stage.drifted", $"{drift.Reason}; automation does not fight over it, and waits until somebody resumes the stage", drift);
        if (stage.Pin is { } pin && pin.Why.Holds(now) && offer?.Has(pin.Candidate) != true)
            yield return Held("pin", "stage.pinned", $"the stage is pinned to {pin.Label} {By(pin.Why)}", pin.Why);
    }

    private static Verdict Held(string name, string code, string sentence, Standstill why) => new(name, Finding.Hold, new(code, sentence), why.Until);

    private static string By(Standstill why)
    {
        var who = why.Actor is { } actor ? $"by {actor}" : "by automation";
        var until = why.Until is { } end ? $" until {end.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}Z" : " until somebody ends it";
        return $"{who}{until}: {Excerpt.Of(why.Reason)}";
    }
}
