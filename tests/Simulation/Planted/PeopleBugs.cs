using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Simulation.Planted;

internal sealed class LetsAnybodyVote : PolicyBug
{
    public override string Mistake => "who may vote is not looked at";

    protected override StagePolicy Misread(StagePolicy stage) => stage with
    {
        Gates = [.. stage.Gates.Select(gate => gate is Gate.Approvals approvals ? approvals with { From = [] } : gate)],
    };
}

internal sealed class AsksOneFewer : PolicyBug
{
    public override string Mistake => "one voice fewer than the policy asks for is enough";

    protected override StagePolicy Misread(StagePolicy stage) => stage with
    {
        Gates =
        [
            .. stage.Gates.Where(gate => gate is not Gate.Approvals { Count: 1 })
                .Select(gate => gate is Gate.Approvals approvals ? approvals with { Count = approvals.Count - 1 } : gate),
        ],
    };
}

internal sealed class CountsVotesForPeople : JournalBug
{
    public override string Mistake => "who votes twice counts twice";

    protected override PipelineState Misremember(PipelineState state) => state with
    {
        Stages = state.Stages.ToImmutableSortedDictionary(stage => stage.Key, stage => stage.Value with
        {
            Approvals = stage.Value.Approvals.ToImmutableSortedDictionary(round => round.Key, round => round.Value with
            {
                Votes = [.. round.Value.Votes.Select((vote, at) => vote with { Actor = $"{at}:{vote.Actor}" })],
            }),
        }),
    };
}

internal sealed class ForgetsWhoSaidNo : JournalBug
{
    public override string Mistake => "somebody's no is not remembered";

    protected override PipelineState Misremember(PipelineState state) => state with
    {
        Stages = state.Stages.ToImmutableSortedDictionary(stage => stage.Key, stage => stage.Value with
        {
            Approvals = stage.Value.Approvals.ToImmutableSortedDictionary(
                round => round.Key, round => round.Value with { Votes = round.Value.Votes.RemoveAll(vote => !vote.Approves) }),
        }),
    };
}

internal sealed class ForgetsHolds : JournalBug
{
    public override string Mistake => "that a stage is held is not remembered";

    protected override PipelineState Misremember(PipelineState state) => state with
    {
        Stages = state.Stages.ToImmutableSortedDictionary(stage => stage.Key, stage => stage.Value with { Hold = null }),
    };
}

internal sealed class ForgetsQuarantine : JournalBug
{
    public override string Mistake => "what is quarantined is not remembered as such";

    protected override PipelineState Misremember(PipelineState state) => state with { Quarantined = state.Quarantined.Clear() };
}

internal sealed class ForgetsPins : JournalBug
{
    public override string Mistake => "that a stage is pinned is not remembered";

    protected override PipelineState Misremember(PipelineState state) => state with
    {
        Stages = state.Stages.ToImmutableSortedDictionary(stage => stage.Key, stage => stage.Value with { Pin = null }),
    };
}

internal sealed class BreaksGlassQuietly : Bug
{
    public override string Mistake => "nobody is told that the glass was broken";

    public override IAnnounce Announce(IAnnounce announce) => new Decorated(announce);

    private sealed class Decorated(IAnnounce inner) : IAnnounce
    {
        public Task<StepResult> TellAsync(Announcement announcement, CancellationToken cancellation) => announcement.Outcome == "breakGlass"
            ? Task.FromResult<StepResult>(new StepResult.Done(null))
            : inner.TellAsync(announcement, cancellation);

        public Task<StepResult> TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) => inner.TellAsync(announcement, cancellation);
    }
}

/// <summary>A state that is kept otherwise than it was decided.</summary>
internal abstract class JournalBug : Bug
{
    public sealed override IJournal Journal(IJournal journal) => new Decorated(journal, this);

    protected abstract PipelineState Misremember(PipelineState state);

    private sealed class Decorated(IJournal inner, JournalBug bug) : JournalInFront(inner)
    {
        public override Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation) =>
            Inner.KeepAsync(before, decision with { Next = bug.Misremember(decision.Next) }, cancellation);
    }
}
