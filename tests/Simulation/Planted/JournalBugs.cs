using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;

namespace CdAutomation.Simulation.Planted;

internal sealed class SavesOverWhatOthersSaved : Bug
{
    public override string Mistake => "a state that another worker has moved is overwritten all the same";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override async Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
        {
            while (true)
            {
                try
                {
                    return await Inner.KeepAsync(before, decision, cancellation);
                }
                catch (StateMovedException)
                {
                    before = await Inner.LoadAsync(before.Pipeline, cancellation);
                }
            }
        }
    }
}

internal sealed class KeepsNothingOwed : Bug
{
    public override string Mistake => "what is owed is remembered by the worker alone, and forgotten with it";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override async Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
        {
            var kept = await Inner.KeepAsync(before, decision with { Next = decision.Next with { Owed = [] } }, cancellation);
            return kept with { State = decision.Next };
        }
    }
}

internal sealed class ForgetsWhatFailed : Bug
{
    public override string Mistake => "a digest that did not come up is not remembered as such";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation)
        {
            var stages = decision.Next.Stages.ToImmutableSortedDictionary(stage => stage.Key, stage => stage.Value with { Failed = stage.Value.Failed.Clear() });
            return Inner.KeepAsync(before, decision with { Next = decision.Next with { Stages = stages } }, cancellation);
        }
    }
}

internal sealed class TakesARepetitionForSettled : Bug
{
    public override string Mistake => "an event that was received before counts as done, and nobody looks for those that are not";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override async Task<Receipt> ReceiveAsync(JournalEvent received, CancellationToken cancellation)
        {
            var receipt = await Inner.ReceiveAsync(received, cancellation);
            return receipt with { Settled = receipt.Again };
        }

        public override Task<ImmutableArray<JournalEvent>> UnsettledAsync(DateTimeOffset receivedBefore, int atMost, CancellationToken cancellation) =>
            Task.FromResult(ImmutableArray<JournalEvent>.Empty);
    }
}

internal sealed class StaysWithItsFirstPolicies : Bug
{
    public override string Mistake => "a worker reads the policies once, and decides under them for as long as it lives";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        private string? _first;

        public override async Task<string?> ActiveCommitAsync(CancellationToken cancellation) =>
            _first ??= await Inner.ActiveCommitAsync(cancellation);
    }
}

internal sealed class TellsOnlyWhatItDoes : Bug
{
    public override string Mistake => "what is ignored or overtaken has no line in the journal";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation) => Inner.KeepAsync(
            before,
            decision with { Records = decision.Records.RemoveAll(record => record.Outcome is Outcome.Ignored or Outcome.Superseded) },
            cancellation);
    }
}

internal sealed class TellsOneLineACause : Bug
{
    public override string Mistake => "a cause has one line an image in the journal, even when another answer has come of it since";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override Task<Kept> KeepAsync(Kept before, Decision decision, CancellationToken cancellation) => Inner.KeepAsync(
            before,
            decision with { Records = [.. decision.Records.Select(record => record with { Id = record.Id[..(record.Id.LastIndexOf('|') + 1)] })] },
            cancellation);
    }
}

internal sealed class WakesNobody : Bug
{
    public override string Mistake => "a tick does not ask which pipelines are due";

    public override IJournal Journal(IJournal journal) => new Decorated(journal);

    private sealed class Decorated(IJournal inner) : JournalInFront(inner)
    {
        public override Task<ImmutableArray<string>> DueAsync(DateTimeOffset now, int atMost, CancellationToken cancellation) =>
            Task.FromResult(ImmutableArray<string>.Empty);
    }
}
