using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;
using CdAutomation.Storage.Firestore;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Api = Google.Cloud.Firestore.V1.Firestore;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>When what is old may be deleted.</summary>
[TestFixture]
[Category("Firestore")]
public sealed class RetentionTests
{
    /// <summary>Collections of what is kept for a time.</summary>
    internal static readonly string[] Expiring = ["events", "decisions", "policyRefusals", "policyNews"];

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Events_decisions_and_news_of_policies_expire_and_nothing_that_is_in_force()
    {
        var options = Emulator.NewDatabase() with { Retention = TimeSpan.FromDays(90) };
        await WriteAsync(new(Emulator.Calls, options, null, TimeProvider.System));

        var expiring = await ExpiringAsync(options);
        Assert.That(expiring.Where(it => it.Value == Noon.AddDays(90)).Select(it => it.Key), Is.EquivalentTo(Expiring));
        Assert.That(expiring.Where(it => it.Value is null).Select(it => it.Key), Is.EquivalentTo(new[] { "pipelines", "policies", "heads" }));
        Assert.That(expiring["failures"], Is.EqualTo(Noon + Failure.Use));
    }

    [Test]
    public async Task Without_a_retention_nothing_of_the_journal_expires()
    {
        var options = Emulator.NewDatabase();
        await WriteAsync(new(Emulator.Calls, options, null, TimeProvider.System));

        var expiring = await ExpiringAsync(options);
        Assert.That(expiring.Where(it => it.Value is not null).Select(it => it.Key), Is.EqualTo(new[] { "failures" }));
    }

    /// <summary>Something into every collection.</summary>
    internal static async Task WriteAsync(FirestoreJournal journal)
    {
        await journal.ReceiveAsync(new("a", "gcr", "1", Noon, Noon, null, null, 1), default);
        await journal.SettleAsync("a", new("event.unheard", "nobody watches it"), default);
        var record = new DecisionRecord("1", "shop", null, Noon, "c", "a", Outcome.Held, null, null, null, [], new("a.b", "c"), null, null);
        await journal.KeepAsync(await journal.LoadAsync("shop", default), new(PipelineState.New, [record]), default);
        await journal.RefuseAsync(new("c", "git", null, null, Noon, [new("a.b", "c")], Waits: false), default);
        await journal.ActivateAsync(new("c", Noon, "git", null, null, Noon, "text"), 0, default);
        await journal.NoteAsync([new("aa", "gcr", "1", Noon, Noon, new("a.b", "c"))], default);
    }

    /// <summary>One document of each collection, and when it expires.</summary>
    private static async Task<Dictionary<string, DateTimeOffset?>> ExpiringAsync(FirestoreOptions options)
    {
        var (client, headers) = (new Api.FirestoreClient(Emulator.Calls), new Metadata { { "authorization", "Bearer owner" } });
        var parent = $"projects/{options.Project}/databases/(default)/documents";
        var expiring = new Dictionary<string, DateTimeOffset?>();
        foreach (var collection in (string[])[.. Expiring, "pipelines", "policies", "heads", "failures"])
        {
            var found = (await client.ListDocumentsAsync(new ListDocumentsRequest { Parent = parent, CollectionId = collection }, headers)).Documents;
            Assert.That(found, Is.Not.Empty, collection);
            expiring[collection] = found[0].Fields.TryGetValue("expireAt", out var at) ? at.TimestampValue.ToDateTimeOffset() : null;
        }

        return expiring;
    }
}
