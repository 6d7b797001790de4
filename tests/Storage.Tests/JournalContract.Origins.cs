using System.Collections.Immutable;

namespace CdAutomation.Storage.Tests;

/// <content>Where something began, so that its trace can be gone on with.</content>
public abstract partial class JournalContract
{
    private const string Somewhere = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Test]
    public async Task Where_an_event_began_is_kept_with_it()
    {
        await _journal.ReceiveAsync(Push("gcr/1/a") with { Origin = Somewhere }, default);
        await _journal.ReceiveAsync(Push("gcr/2/b"), default);
        Assert.That((await _journal.EventsAsync(["gcr/1/a"], default))["gcr/1/a"].Origin, Is.EqualTo(Somewhere));
        Assert.That((await _journal.UnsettledAsync(Noon.AddMinutes(1), 10, default)).Select(left => left.Origin), Is.EquivalentTo(new[] { Somewhere, null }));
    }

    [Test]
    public async Task Where_a_rollout_and_what_it_owes_began_is_kept_with_the_state()
    {
        var state = FullState();
        state = state with
        {
            Candidates = state.Candidates.ToImmutableSortedDictionary(it => it.Key, it => it.Value with { Origin = Somewhere }),
            Owed = [.. state.Owed.Select(effect => effect with { Origin = Somewhere })],
            Stages = state.Stages.ToImmutableSortedDictionary(
                it => it.Key,
                it => it.Value with { Rollout = it.Value.Rollout is { } rollout ? rollout with { Origin = Somewhere } : null }),
        };
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(state, []), default);
        Assert.That(Text((await _journal.LoadAsync("shop", default)).State), Is.EqualTo(Text(state)).And.Contain(Somewhere));
    }
}
