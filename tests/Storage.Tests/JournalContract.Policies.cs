using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Images;

namespace CdAutomation.Storage.Tests;

/// <content>Which policies are in force, which are not, and who is still to be told.</content>
public abstract partial class JournalContract
{
    [Test]
    public async Task The_policy_put_into_force_last_is_in_force()
    {
        Assert.That(await _journal.ActivePolicyAsync(default), Is.Null);
        var one = await _journal.ActivateAsync(Bundle("one"), 0, default);
        var two = await _journal.ActivateAsync(Bundle("two"), one.Number, default);

        Assert.That(await _journal.ActiveCommitAsync(default), Is.EqualTo("two"));
        Assert.That(await _journal.ActivePolicyAsync(default), Is.EqualTo(Bundle("two") with { Number = two.Number }));
    }

    [Test]
    public async Task Policies_come_into_force_only_over_those_that_were_read()
    {
        var one = await _journal.ActivateAsync(Bundle("one"), 0, default);
        await _journal.ActivateAsync(Bundle("two"), one.Number, default);

        Assert.That(async () => await _journal.ActivateAsync(Bundle("late"), one.Number, default), Throws.TypeOf<PolicyMovedException>());
        Assert.That(async () => await _journal.ActivateAsync(Bundle("late"), 0, default), Throws.TypeOf<PolicyMovedException>());
        Assert.That(await _journal.ActiveCommitAsync(default), Is.EqualTo("two"));
        Assert.That((await _journal.PolicyNewsAsync(10, default)).Select(news => news.Commit), Is.EqualTo(new[] { "one", "two" }), "the loser has no news");
    }

    [Test]
    public async Task Of_many_workers_with_different_policies_each_comes_into_force_once_and_over_the_one_before()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 30), async (number, cancellation) =>
        {
            while (true)
            {
                try
                {
                    var active = await _journal.ActivePolicyAsync(cancellation);
                    await _journal.ActivateAsync(Bundle($"c{number}"), active?.Number ?? 0, cancellation);
                    return;
                }
                catch (PolicyMovedException)
                {
                }
            }
        });

        Assert.That((await _journal.PolicyNewsAsync(100, default)).Select(news => news.Commit), Is.EquivalentTo(Enumerable.Range(0, 30).Select(number => $"c{number}")));
    }

    [Test]
    public async Task A_refusal_is_kept_once_and_another_reason_is_another_refusal()
    {
        var first = Refusal("one", "policy.older");
        Assert.That(await _journal.RefuseAsync(first, default));
        Assert.That(await _journal.RefuseAsync(first with { At = Noon.AddHours(1) }, default), Is.False);
        Assert.That(await _journal.RefuseAsync(Refusal("one", "policy.source"), default));
        Assert.That(await _journal.RefuseAsync(Refusal("two", "policy.older"), default));

        var refused = await _journal.PolicyRefusalsAsync(10, default);
        Assert.That(refused.Select(it => (it.Commit, it.Reasons[0].Code)), Is.EqualTo(new[] { ("two", "policy.older"), ("one", "policy.source"), ("one", "policy.older") }));
        Assert.That(refused[^1] with { Reasons = first.Reasons }, Is.EqualTo(first));
        Assert.That(await _journal.PolicyRefusalsAsync(1, default), Has.Length.EqualTo(1));
        Assert.That(await _journal.PolicyNewsAsync(10, default), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task News_of_policies_are_owed_until_they_are_told()
    {
        await _journal.ActivateAsync(Bundle("one"), 0, default);
        await _journal.RefuseAsync(Refusal("two", "policy.older"), default);
        var owed = await _journal.PolicyNewsAsync(10, default);
        Assert.That(owed.Select(news => news.Outcome), Is.EqualTo(new[] { "policyActivated", "policyRefused" }));

        await _journal.PolicyToldAsync(owed[0].Id, default);
        Assert.That((await _journal.PolicyNewsAsync(10, default)).Select(news => news.Id), Is.EqualTo(new[] { owed[1].Id }));
        Assert.That(await _journal.PolicyNewsAsync(0, default), Is.Empty);
    }

    private static PolicyBundle Bundle(string commit) =>
        new(commit, Noon, "https://git.acme.example/policies", Digest.Parse("sha256:" + new string('c', 64)), Web(), Noon, $$"""{"of":"{{commit}}"}""");

    private static PolicyRefusal Refusal(string commit, string code) => new(commit, "git", null, null, Noon, [new(code, "a sentence")], Waits: false);
}
