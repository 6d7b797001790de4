using System.Diagnostics.Metrics;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Delivery.Telemetry;

/// <summary>Metrics of this room; names and units follow OpenTelemetry's conventions (seconds, curly braces around what is counted).</summary>
public static class Measures
{
    /// <summary>The name under which the host listens to this room.</summary>
    public const string MeterName = "CdAutomation.Delivery";

    private static readonly Meter Meter = new(MeterName);

    private static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400],
    };

    private static readonly Histogram<double> PushToDecision = Meter.CreateHistogram(
        "cdautomation.push.decision.duration", "s", "From the publication of a push until a decision about it was kept.", advice: Long);

    private static readonly Histogram<double> DecisionToServing = Meter.CreateHistogram(
        "cdautomation.rollout.duration", "s", "From the decision to roll out until the end of the rollout: serving, or taken back.", advice: Long);

    private static readonly Counter<long> Events = Meter.CreateCounter<long>(
        "cdautomation.events", "{event}", "Received events by what became of them.");

    private static readonly Counter<long> Decisions = Meter.CreateCounter<long>(
        "cdautomation.decisions", "{decision}", "Kept decisions by outcome.");

    private static readonly Counter<long> Holds = Meter.CreateCounter<long>(
        "cdautomation.holds", "{hold}", "Decisions to wait, by the gate that did not pass.");

    private static readonly UpDownCounter<long> LostEventsHealed = Meter.CreateUpDownCounter<long>(
        "cdautomation.lost_events.healed", "{event}", "Pushes that came to a decision without their event; one whose event comes after all is taken off.");

    /// <summary>An event was received.</summary>
    /// <param name="topic">Where it came from.</param>
    /// <param name="outcome"><c>taken</c>, <c>repeated</c>, <c>refused</c> or <c>unheard</c>.</param>
    internal static void Received(string topic, string outcome) =>
        Events.Add(1, new("messaging.destination.name", topic), new(Names.Outcome, outcome));

    /// <summary>A decision about a push was kept.</summary>
    internal static void Decided(string pipeline, TimeSpan sincePush) =>
        PushToDecision.Record(Math.Max(0, sincePush.TotalSeconds), new KeyValuePair<string, object?>(Names.Pipeline, pipeline));

    /// <summary>A decision was kept.</summary>
    internal static void Told(DecisionRecord record)
    {
        Decisions.Add(1, new(Names.Pipeline, record.Pipeline), new(Names.Stage, record.Stage ?? ""), new(Names.Outcome, Names.Word(record.Outcome)));
        if (record.Outcome != Outcome.Held)
            return;
        foreach (var verdict in record.Verdicts.Where(verdict => verdict.Finding is Finding.Hold or Finding.Unknown))
            Holds.Add(1, new(Names.Pipeline, record.Pipeline), new(Names.Stage, record.Stage ?? ""), new(Names.Gate, verdict.Gate));
    }

    /// <summary>A rollout has ended.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="status"><c>succeeded</c> or <c>failed</c>, as the conventions name it.</param>
    /// <param name="took">How long it took.</param>
    internal static void Ended(string pipeline, string stage, string status, TimeSpan took) =>
        DecisionToServing.Record(took.TotalSeconds, new(Names.Pipeline, pipeline), new(Names.Stage, stage), new("deployment.status", status));

    /// <summary>So many more, or fewer, lost events were healed.</summary>
    internal static void Healed(PipelinePolicy policy, PipelineState before, PipelineState after)
    {
        if (after.LostEventsHealed - before.LostEventsHealed is not 0 and var more)
            LostEventsHealed.Add(more, new KeyValuePair<string, object?>(Names.Pipeline, policy.Name));
    }
}
