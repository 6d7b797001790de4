using CdAutomation.Delivery;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>What new revisions answer without traffic, and what their metrics say with some: late, missing, and in the end the truth.</summary>
internal sealed class Doctors(VirtualClock clock, Chance chance, Weather weather, History history, Scenario scenario)
{
    /// <summary>Metrics are visible so long after the requests.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(3);

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

    private Judged Measure(Effect.Measure order)
    {
        if (weather.Strikes(Fault.MetricsMissing, 0.2))
            return new(null, new("analysis.unknown", "the metrics could not be read"), clock.Now);
        // Some services have few visitors: it takes a while until there is enough to tell, after the metrics' own lag.
        if (!_quiet.TryGetValue(order.Target.ResourceName, out var quiet))
            quiet = _quiet[order.Target.ResourceName] = chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(6));
        if (clock.Now < order.From + Lag + quiet)
            return new(null, new("analysis.tooFew", "too few requests were seen"), clock.Now);

        var digest = Run!.Of(order.Target.ResourceName).Find(order.Revision)?.Digest;
        var isBad = digest is { } known && scenario.Leaky.Contains(known);
        history.Add(new Fact.Measured(clock.Now, order, !isBad));
        return new(!isBad, new(isBad ? "analysis.errors" : "analysis.healthy", isBad ? "too many requests failed" : "it does well"), clock.Now);
    }

    /// <summary>Where revisions are.</summary>
    public CloudRun? Run { get; set; }

    private sealed class VerifyPort(Doctors doctors, Life life, Wire wire) : IVerify
    {
        public Task<StepResult> VerifyAsync(Effect.Verify order, CancellationToken cancellation) => wire.CallAsync(life, () => doctors.Verify(order));
    }

    private sealed class MeasurePort(Doctors doctors, Life life, Wire wire) : IMeasure
    {
        public Task<Judged> MeasureAsync(Effect.Measure order, Analysis limits, CancellationToken cancellation) => wire.CallAsync(life, () => doctors.Measure(order));
    }
}
