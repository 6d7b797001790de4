using CdAutomation.Delivery;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>Whoever answers the gates that are asked elsewhere: each has one opinion of each image, which it may have only later.</summary>
internal sealed class GateKeepers(VirtualClock clock, Chance chance, Weather weather, History history)
{
    private readonly Dictionary<(string Gate, Digest Digest), (Finding Opinion, DateTimeOffset KnownAt)> _opinions = [];

    /// <summary>What a gate will say of an image in the end.</summary>
    public Finding OpinionOf(string gate, Digest digest) => Of(gate, digest).Opinion;

    public IAskGates For(Life life, Wire wire) => new Port(this, life, wire);

    private Answer Ask(GateQuestion question)
    {
        var gate = question.Gate.Name;
        var (opinion, knownAt) = Of(gate, question.Image.Digest);
        var finding = weather.Strikes(Fault.GateUnknown, 0.1) ? Finding.Unknown
            : clock.Now >= knownAt || weather.IsCalm ? opinion
            : Finding.Hold;
        history.Add(new Fact.Answered(clock.Now, question, finding));
        return new(finding, new($"{gate}.{finding.ToString().ToLowerInvariant()}", $"{gate} says {finding}"));
    }

    private (Finding Opinion, DateTimeOffset KnownAt) Of(string gate, Digest digest)
    {
        if (!_opinions.TryGetValue((gate, digest), out var opinion))
        {
            var late = weather.Strikes(Fault.GateLate, 0.2) ? chance.Between(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)) : TimeSpan.Zero;
            _opinions[(gate, digest)] = opinion = (chance.Is(0.8) ? Finding.Pass : Finding.Reject, clock.Now + late);
        }

        return opinion;
    }

    private sealed class Port(GateKeepers keepers, Life life, Wire wire) : IAskGates
    {
        public Task<Answer> AskAsync(GateQuestion question, CancellationToken cancellation) => wire.CallAsync(life, () => keepers.Ask(question));
    }
}
