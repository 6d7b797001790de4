using System.Diagnostics;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>What new revisions answer without traffic, and what their metrics say with some: late, missing, and in the end the truth.</summary>
internal sealed class Doctors(VirtualClock clock, Chance chance, Weather weather, History history, Scenario scenario)
{
    /// <summary>Enough for the smallest limit that is drawn.</summary>
    private const long Many = 10_000;

    private readonly Dictionary<string, TimeSpan> _quiet = new(StringComparer.Ordinal);

    public IVerify Verifier(Life life, Wire wire) => new VerifyPort(this, life, wire);

    public IMeasure Meter(Life life, Wire wire) => new MeasurePort(this, life, wire);

    private StepResult Verify(Effect.Verify order)
    {
        if (weather.Strikes(Fault.VerifyUnanswered, 0.1))
            return new StepResult.Unfinished(new("verify.unreachable", "nobody could ask"));
        var digest = RevisionDigest(order.Revision);
        history.Add(new Fact.Verified(clock.Now, order, !scenario.Sick.Contains(digest)));
        return scenario.Sick.Contains(digest)
            ? new StepResult.Failed(new("verify.status", $"{order.Wanted.Path} answered 500"))
            : new StepResult.Done(null);

        Domain.Images.Digest RevisionDigest(string revision) => Run!.Services.Select(service => service.Find(revision)?.Digest).OfType<Domain.Images.Digest>().First();
    }

    private Parsed<Period> Measure(Effect.Measure order)
    {
        if (weather.Strikes(Fault.MetricsMissing, 0.2))
            return new Reason("analysis.unread", "the metrics could not be read");
        if (MetricsSpan.Known(order.From, clock.Now, MetricsSpan.Delay) is not { } span)
            return new Reason("analysis.unknown", "nothing is visible yet");
        // Some services have few visitors: it takes a while until there is enough to tell, after the metrics' own lag.
        if (!_quiet.TryGetValue(order.Target.ResourceName, out var quiet))
            quiet = _quiet[order.Target.ResourceName] = chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(6));
        if (span.Length < quiet)
            return new Period(span, Traffic(3, 0), Traffic(3, 0));

        var digest = Run!.Of(order.Target.ResourceName).Find(order.Revision)?.Digest;
        var isBad = digest is { } known && scenario.Leaky.Contains(known);
        history.Add(new Fact.Measured(clock.Now, order, !isBad));
        return new Period(span, Traffic(Many, isBad ? Many / 2 : 0), Traffic(Many, 0));
    }

    private static RevisionTraffic Traffic(long requests, long errors) =>
        LatencyHistogram.Of([TimeSpan.FromMilliseconds(100)], [requests, 0]).TryGetValue(out var latencies)
            && RevisionTraffic.Of(requests, errors, latencies).TryGetValue(out var traffic)
            ? traffic
            : throw new UnreachableException();

    /// <summary>Where revisions are.</summary>
    public CloudRun? Run { get; set; }

    private sealed class VerifyPort(Doctors doctors, Life life, Wire wire) : IVerify
    {
        public Task<StepResult> VerifyAsync(Effect.Verify order, CancellationToken cancellation) => wire.CallAsync(life, () => doctors.Verify(order));
    }

    private sealed class MeasurePort(Doctors doctors, Life life, Wire wire) : IMeasure
    {
        public Task<Parsed<Period>> MeasureAsync(Effect.Measure order, CancellationToken cancellation) => wire.CallAsync(life, () => doctors.Measure(order));
    }
}
