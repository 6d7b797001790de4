using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CsCheck;

namespace CdAutomation.Domain.Tests.Gates;

public sealed class ApprovalsGateTests
{
    private const string Group = "group:sre@acme.example";

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Gate.Approvals Two = new(2, [Group], TimeSpan.FromHours(24), NotAuthor: false);

    [Test]
    public void What_is_missing_is_named_with_who_can_give_it_and_until_when()
    {
        var verdict = Judge(Two, [Yes("ann")]);
        Assert.That((verdict.Gate, verdict.Finding, verdict.NextLook), Is.EqualTo(("approvals", Finding.Hold, (DateTimeOffset?)Noon.AddHours(24))));
        Assert.That(verdict.Reason, Is.EqualTo(new Reason(
            "approvals.awaited", "1 of 2 approvals (ann@acme.example), missing 1 from group:sre@acme.example; until 2026-11-24 12:00:00Z")));
    }

    [Test]
    public void Nobody_has_spoken_before_anybody_could_be_asked()
    {
        var verdict = ApprovalsGate.Judge(Two, null, [], Noon);
        Assert.That((verdict.Finding, verdict.Reason.Code, verdict.NextLook), Is.EqualTo((Finding.Hold, "approvals.awaited", (DateTimeOffset?)null)));
    }

    [Test]
    public void Without_a_deadline_only_an_event_can_change_it() =>
        Assert.That(Judge(Two with { Deadline = null }, [Yes("ann")], Noon.AddYears(5)) is { Finding: Finding.Hold, NextLook: null });

    [Test]
    public void Enough_people_let_it_pass_for_good()
    {
        var verdict = Judge(Two, [Yes("ann"), Yes("bob")], Noon.AddDays(9));
        Assert.That((verdict.Finding, verdict.NextLook), Is.EqualTo((Finding.Pass, (DateTimeOffset?)null)));
        Assert.That(verdict.Reason, Is.EqualTo(new Reason("approvals.given", "2 of 2 approvals (ann@acme.example and bob@acme.example)")));
    }

    [Test]
    public void One_person_counts_once_however_often_and_however_spelt() =>
        Assert.That(Judge(Two, [Yes("ann"), Yes("ann"), Yes("ANN")]).Reason.Sentence, Does.StartWith("1 of 2"));

    [Test]
    public void Who_is_not_among_those_asked_neither_approves_nor_rejects()
    {
        const string Other = "group:other@acme.example", Cat = "user:cat@acme.example";
        Assert.That(
            Judge(Two, [Yes("eve", Other), Yes("mal", "user:sre@acme.example"), No("eve", Other)]).Reason.Sentence,
            Does.StartWith("0 of 2 approvals, missing 2"));
        Assert.That(Judge(Two with { From = ["GROUP:SRE@acme.example", Cat] }, [Yes("ann"), Yes("cat", Cat)]).Finding, Is.EqualTo(Finding.Pass));
        Assert.That(Judge(Two with { From = [] }, [Yes("ann", "user:ann@acme.example"), Yes("eve", Other)]).Finding, Is.EqualTo(Finding.Pass));
    }

    [Test]
    public void Who_has_left_the_group_and_votes_again_does_not_count() =>
        Assert.That(Judge(Two, [Yes("ann"), Yes("bob"), Yes("ann", "user:ann@acme.example")]).Reason.Sentence, Does.StartWith("1 of 2 approvals (bob@"));

    [Test]
    public void A_no_lasts_whatever_comes_after_it()
    {
        var verdict = Judge(Two, [Yes("ann"), No("bob") with { Reason = "breaks\nlogin" }, Yes("cat"), Yes("bob")], Noon.AddDays(9));
        Assert.That((verdict.Finding, verdict.NextLook), Is.EqualTo((Finding.Reject, (DateTimeOffset?)null)));
        Assert.That(verdict.Reason, Is.EqualTo(new Reason("approvals.rejected", "bob@acme.example rejected it at 2026-11-23 13:00:00Z: 'breaks?login'")));
    }

    [TestCase(-1, "approvals.awaited")]
    [TestCase(0, "approvals.expired")]
    [TestCase(1, "approvals.expired")]
    public void A_deadline_that_passes_is_a_no(int ticks, string code)
    {
        var verdict = Judge(Two, [Yes("ann")], Noon.AddHours(24).AddTicks(ticks));
        Assert.That(verdict.Reason.Code, Is.EqualTo(code));
        Assert.That(verdict.Finding, Is.EqualTo(ticks < 0 ? Finding.Hold : Finding.Reject));
    }

    [Test]
    public void A_yes_that_comes_at_the_deadline_is_late()
    {
        var late = Yes("bob") with { At = Noon.AddHours(24) };
        Assert.That(Judge(Two, [Yes("ann"), late], Noon.AddHours(25)).Reason, Is.EqualTo(new Reason(
            "approvals.expired", "1 of 2 approvals (ann@acme.example), missing 1 from group:sre@acme.example; the time for it ended at 2026-11-24 12:00:00Z")));
        Assert.That(Judge(Two, [Yes("ann"), late with { At = late.At.AddTicks(-1) }], Noon.AddHours(25)).Finding, Is.EqualTo(Finding.Pass));
    }

    [TestCase("ann@acme.example")]
    [TestCase("ANN@ACME.example")]
    public void The_author_does_not_approve_their_own_work(string author)
    {
        var gate = Two with { NotAuthor = true };
        Assert.That(Judge(gate, [Yes("ann"), Yes("bob")], author: author).Reason.Sentence, Does.Contain($"that of {author}, who wrote the commit, does not count"));
        Assert.That(Judge(gate, [Yes("ann"), Yes("bob"), Yes("cat")], author: author).Finding, Is.EqualTo(Finding.Pass));
        Assert.That(Judge(Two, [Yes("ann"), Yes("bob")], author: author).Finding, Is.EqualTo(Finding.Pass));
    }

    [Test]
    public void The_author_is_known_under_every_verified_name() =>
        Assert.That(
            Judge(Two with { NotAuthor = true }, [Yes("a.smith", Group, "user:ann@acme.example"), Yes("bob")], author: "ann@acme.example").Finding,
            Is.EqualTo(Finding.Hold));

    [Test]
    public void The_author_can_reject_their_own_work() =>
        Assert.That(Judge(Two with { NotAuthor = true }, [No("ann")], author: "ann@acme.example").Finding, Is.EqualTo(Finding.Reject));

    [Test]
    public void Where_nobody_knows_the_author_enough_votes_are_unknown_and_too_few_wait()
    {
        var gate = Two with { NotAuthor = true };
        Assert.That(Judge(gate, [Yes("ann"), Yes("bob")]) is { Finding: Finding.Unknown, Reason.Code: "approvals.authorUnknown", NextLook: null });
        Assert.That(Judge(gate, [Yes("ann")]).Reason.Code, Is.EqualTo("approvals.awaited"));
        Assert.That(Judge(Two, [Yes("ann"), Yes("bob")]).Finding, Is.EqualTo(Finding.Pass));
    }

    [Test]
    public void An_image_that_two_commits_make_is_approved_by_neither_of_their_authors()
    {
        var votes = new ApprovalRound(Noon, [Yes("ann"), Yes("bob"), Yes("cat")]);
        var verdict = ApprovalsGate.Judge(Two with { NotAuthor = true }, votes, ["ann@acme.example", "bob@acme.example"], Noon.AddHours(2));
        Assert.That(verdict.Finding, Is.EqualTo(Finding.Hold));
        Assert.That(verdict.Reason.Sentence, Does.Contain("that of ann@acme.example or bob@acme.example, who wrote the commit, does not count"));
    }

    [Test]
    public void A_long_list_is_counted_rather_than_told()
    {
        var gate = Two with { Count = 9, From = [.. Enumerable.Range(1, 8).Select(each => $"user:{each}"), Group], Deadline = null };
        var sentence = Judge(gate, [.. "abcdefg".Select(name => Yes($"{name}"))]).Reason.Sentence;
        Assert.That(sentence, Does.Contain("e@acme.example and 2 more)").And.EndsWith("missing 2 from user:1 or user:2 or user:3 or user:4 or user:5 or 4 more"));
    }

    [Test]
    public void It_is_a_count_of_people_whatever_the_order_of_their_votes() =>
        Gen.Select(Votes, Gen.Int[1, 4], Gen.Bool, Gen.Int[0, 30]).Sample((votes, count, notAuthor, hours) =>
        {
            var gate = Two with { Count = count, NotAuthor = notAuthor };
            var verdict = Judge(gate, [.. votes], Noon.AddHours(hours), "ann@acme.example");

            var asked = votes.Where(vote => vote.Principals.Contains(Group)).ToArray();
            var people = asked.Where(vote => vote.Approves && vote.At < Noon.AddHours(24)).Select(vote => vote.Actor).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (notAuthor)
                people.Remove("ann@acme.example");
            Assert.That(verdict.Finding, Is.EqualTo(
                asked.Any(vote => !vote.Approves) ? Finding.Reject : people.Count >= count ? Finding.Pass : hours < 24 ? Finding.Hold : Finding.Reject));

            Assert.That(Judge(gate, [.. votes.Reverse()], Noon.AddHours(hours), "ann@acme.example").Finding, Is.EqualTo(verdict.Finding));
            Assert.That(Judge(gate, [.. votes, .. votes], Noon.AddHours(hours), "ann@acme.example"), Is.EqualTo(verdict));
        });

    private static readonly string[] Names = ["ann", "Ann", "bob", "cat", "eve"];

    /// <summary>Ann, Bob and Cat are of the group, Eve is not; now and then somebody says no, or comes late.</summary>
    private static readonly Gen<Vote[]> Votes =
        (from name in Gen.Int[0, 4].Select(index => Names[index])
         from no in Gen.Int[0, 11]
         from hour in Gen.Int[0, 28]
         let vote = no == 0 ? No(name, Of(name)) : Yes(name, Of(name))
         select vote with { At = Noon.AddHours(hour) }).Array[0, 7];

    private static string Of(string name) => name == "eve" ? "group:other@acme.example" : Group;

    private static Verdict Judge(Gate.Approvals gate, ImmutableArray<Vote> votes, DateTimeOffset? now = null, string? author = null) =>
        ApprovalsGate.Judge(gate, new(Noon, votes), author is null ? [] : [author], now ?? Noon.AddHours(2));

    private static Vote Yes(string name, params ImmutableArray<string> principals) => new(
        $"{name}@acme.example", principals.IsEmpty ? [Group] : principals, Approves: true, Noon.AddHours(1), null);

    private static Vote No(string name, params ImmutableArray<string> principals) => Yes(name, principals) with { Approves = false };
}
