using CdAutomation.Delivery;
using CdAutomation.Domain;

namespace CdAutomation.Storage.Tests;

/// <summary>What every store promises of failures, whatever it is kept in.</summary>
public abstract class FailureContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private IFailures _failures = null!;

    protected abstract IFailures Open();

    [SetUp]
    public void Opens() => _failures = Open();

    [Test]
    public async Task A_failure_reads_back_as_it_was_written_and_only_by_its_content()
    {
        await _failures.NoteAsync([Failed("aa", "1"), Failed("bb", "2")], default);

        Assert.That(await _failures.OfAsync(["aa"], default), Is.EqualTo(new[] { Failed("aa", "1") }));
        Assert.That(await _failures.OfAsync(["cc", "%", ""], default), Is.Empty);
        Assert.That(await _failures.OfAsync([], default), Is.Empty);
    }

    [Test]
    public async Task The_last_failure_of_a_message_stays_and_all_are_counted()
    {
        var last = Failed("aa", "1") with { At = Noon.AddMinutes(2), Reason = new("delivery.fault", "the last") };
        await _failures.NoteAsync([Failed("aa", "1")], default);
        await _failures.NoteAsync([last], default);
        // What could not be kept at its time comes after what came later.
        await _failures.NoteAsync([Failed("aa", "1") with { At = Noon.AddMinutes(1), Times = 3 }], default);

        Assert.That(await _failures.OfAsync(["aa"], default), Is.EqualTo(new[] { last with { Times = 5 } }));
    }

    [Test]
    public async Task Two_messages_that_say_the_same_are_told_apart_the_latest_first()
    {
        var later = Failed("aa", "2") with { At = Noon.AddSeconds(1) };
        await _failures.NoteAsync([Failed("aa", "1"), later], default);

        Assert.That(await _failures.OfAsync(["aa", "aa"], default), Is.EqualTo(new[] { later, Failed("aa", "1") }));
    }

    [Test]
    public async Task What_is_older_than_a_message_can_be_is_forgotten()
    {
        await _failures.NoteAsync([Failed("aa", "1"), Failed("bb", "2") with { At = Noon.AddSeconds(2) }], default);
        await _failures.NoteAsync([Failed("cc", "3") with { At = Noon + Failure.Use + TimeSpan.FromSeconds(1) }], default);

        Assert.That((await _failures.OfAsync(["aa", "bb", "cc"], default)).Select(failure => failure.Content), Is.EqualTo(new[] { "cc", "bb" }));
    }

    private static Failure Failed(string content, string id) => new(
        content, "gcr", id, Noon.AddSeconds(-1).AddMilliseconds(7), Noon, new Reason("journal.unavailable", "the journal could not be used"));
}
