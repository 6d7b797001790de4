using System.Security.Cryptography;
using System.Text;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Storage.Firestore;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>What is larger than a document may be, and many documents at once.</summary>
[TestFixture]
[Category("Firestore")]
public sealed class LargeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private FirestoreJournal _journal = null!;

    private static Repository Web => Repository.TryParse("asia-northeast1-docker.pkg.dev/acme/app/web", out var web) ? web : throw new InvalidOperationException();

    [SetUp]
    public void Opens() => _journal = Emulator.NewJournal();

    [Test]
    public async Task A_state_of_ten_thousand_candidates_is_longer_than_a_document_and_reads_back_as_it_was_written()
    {
        var state = StateOf(10_000);
        var text = Text(state);
        Assert.That(text, Has.Length.GreaterThan(2 * 1024 * 1024));

        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(state, []), default);
        Assert.That(Text((await _journal.LoadAsync("shop", default)).State), Is.EqualTo(text));
    }

    [Test]
    public async Task A_state_that_does_not_fit_however_compressed_is_refused_with_its_size_and_the_one_before_stays()
    {
        var before = await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(StateOf(1), []), default);

        Assert.That(
            async () => await _journal.KeepAsync(before, new(StateOf(40_000), []), default),
            Throws.TypeOf<JournalUnavailableException>().With.Message.Contain("bytes, ").And.Message.Contain("compressed"));
        Assert.That((await _journal.LoadAsync("shop", default)).Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Policies_longer_than_a_document_are_in_force_as_they_were_written()
    {
        var canonical = string.Concat(Enumerable.Range(0, 60_000).Select(line => $"stage-{line}: a line of a policy\n"));
        var bundle = new CdAutomation.Delivery.Policies.PolicyBundle("one", Noon, "git", null, null, Noon, canonical);
        await _journal.ActivateAsync(bundle, 0, default);

        Assert.That((await _journal.ActivePolicyAsync(default))!.Canonical, Is.EqualTo(canonical));
    }

    [Test]
    public async Task A_decision_with_more_records_than_a_page_is_read_page_by_page()
    {
        const int count = 1100;
        var records = Enumerable.Range(0, count).Select(Record).ToArray();
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [.. records]), default);

        var newest = await _journal.RecordsAsync(new("shop", null, 2 * count), default);
        Assert.That(newest.Select(record => record.Id), Is.EqualTo(records.Select(record => record.Id).Reverse()));
        Assert.That((await _journal.FeedAsync(0, 2 * count, default)).Select(it => it.Record.Id), Is.EqualTo(records.Select(record => record.Id)));

        var sought = records[7].Digest!.Value.Value;
        Assert.That((await _journal.RecordsAsync(new("shop", sought[..20], 5), default)).Select(record => record.Id), Is.EqualTo(new[] { "7" }));
        Assert.That(await _journal.RecordsAsync(new("shop", sought[..11], count), default), Has.Length.EqualTo(
            records.Count(record => record.Digest!.Value.Value.StartsWith(sought[..11], StringComparison.Ordinal))));
    }

    [Test]
    public async Task Digests_whose_first_four_digits_are_the_same_are_told_apart_on_whichever_page_they_are()
    {
        DecisionRecord[] records = [Of("1", "abcdef"), Of("2", "abcd00"), Of("3", "abcd01"), Of("4", "ffffff")];
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [.. records]), default);

        // The newest that the index finds are others.
        Assert.That((await _journal.RecordsAsync(new("shop", "abcdef", 1), default)).Select(record => record.Id), Is.EqualTo(new[] { "1" }));
        Assert.That((await _journal.RecordsAsync(new("shop", "sha256:abcd0", 9), default)).Select(record => record.Id), Is.EqualTo(new[] { "3", "2" }));
        Assert.That(await _journal.RecordsAsync(new("shop", "abcde0", 9), default), Is.Empty);

        static DecisionRecord Of(string id, string digits) => Record(0) with { Id = id, Digest = Digest.Parse($"sha256:{digits}{new string('a', 58)}") };
    }

    [Test]
    public async Task Keys_that_the_service_forbids_in_names_are_keys_like_others()
    {
        string[] keys = ["..", ".", "__a__", "a/b/c", "", new('x', 5000), "é\n\0"];
        foreach (var key in keys)
            await _journal.ReceiveAsync(new(key, "gcr", "1", Noon, Noon, null, new("event.odd", "odd"), 1), default);

        Assert.That((await _journal.EventsAsync(keys, default)).Keys, Is.EquivalentTo(keys));
    }

    private static DecisionRecord Record(int number) => new(
        $"{number}", "shop", "production", Noon, "commit", "gcr/1/a", Outcome.Held, Web, $"v{number}", DigestOf(number), [], new("build.awaited", "not yet"), null, null);

    private static Digest DigestOf(int number) => Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))));

    private static PipelineState StateOf(int candidates)
    {
        var all = Enumerable.Range(0, candidates)
            .Select(it => new Candidate("web", Web, DigestOf(it), [$"v1.{it}.0"], Noon.AddSeconds(it)));
        return PipelineState.New with { Candidates = PipelineState.New.Candidates.AddRange(all.Select(it => KeyValuePair.Create(it.Key, it))) };
    }

    private static string Text(PipelineState state) =>
        Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.PipelineState));
}
