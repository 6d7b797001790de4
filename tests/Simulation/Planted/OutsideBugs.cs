using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Simulation.Planted;

internal sealed class TakesUnknownForYes : Bug
{
    public override string Mistake => "a gate that could not be asked passes";

    public override IAskGates Gates(IAskGates gates) => new Decorated(gates);

    private sealed class Decorated(IAskGates inner) : IAskGates
    {
        public async Task<Answer> AskAsync(GateQuestion question, CancellationToken cancellation)
        {
            var answer = await inner.AskAsync(question, cancellation);
            return answer.Finding == Finding.Unknown ? answer with { Finding = Finding.Pass } : answer;
        }
    }
}

internal sealed class TellsAtMostOnce : Bug
{
    public override string Mistake => "an announcement that did not go through is not made again";

    public override IAnnounce Announce(IAnnounce announce) => new Decorated(announce);

    private sealed class Decorated(IAnnounce inner) : IAnnounce
    {
        public async Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation)
        {
            _ = await inner.TellAsync(announcement, cancellation);
            return new StepResult.Done(null);
        }

        public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) => inner.TellAsync(announcement, cancellation);
    }
}
