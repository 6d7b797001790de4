using System.Text.Json;
using CdAutomation.EndToEnd.Stage;
using Microsoft.Data.Sqlite;

namespace CdAutomation.EndToEnd;

/// <summary>What keeps failing ends among the dead letters, and people decide what becomes of it.</summary>
public sealed class DeadLetterTests
{
    private static readonly string Digest = $"sha256:{new string('a', 64)}";
    private static readonly string Image = $"{Policies.Host}/acme/app/web:v1.0.0";

    private static string Pushed => $$"""{"action":"INSERT","digest":"{{Policies.Host}}/acme/app/web@{{Digest}}","tag":"{{Image}}"}""";

    [Test]
    public Task Letters_are_listed_without_being_taken_then_replayed_and_dropped() => TellsAsync(null);

    [Test]
    [Category("Emulator")]
    public async Task So_they_are_with_googles_pubsub()
    {
        await using var pubsub = await GooglePubSub.StartAsync();
        await TellsAsync(pubsub.Address);
    }

    [Test]
    public async Task A_letter_says_why_its_deliveries_failed_when_the_functions_could_not_keep_it()
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        await using var up = await Up.StartAsync(folder, "--simulate");
        using var letters = new Letters(up);
        await letters.SubscribeAsync(letters.Function);
        string what;
        using (var holder = new SqliteConnection($"Data Source={Path.Combine(folder.Data, "journal.db")};Pooling=False"))
        {
            await holder.OpenAsync();
            using var transaction = holder.BeginTransaction(deferred: false);
            await letters.PublishAsync(Pushed);
            what = (await letters.ListAsync(1)).Keys.Single();
        }

        // The other subscription of the topic goes on trying, and with what it brings the failures are kept.
        var letter = await Eventually.SeesAsync(
            "the reason is known",
            async () => (await letters.ListAsync())[what],
            it => it.GetProperty("reason").GetProperty("code").GetString() == "journal.unavailable");
        await TestContext.Out.WriteLineAsync(letter.GetRawText());
        Assert.That(letter.GetProperty("reason").GetProperty("sentence").GetString(), Does.Contain("The journal's file"));
        Assert.That(letter.GetProperty("attempts").GetInt32(), Is.GreaterThanOrEqualTo(5));
        await Eventually.SeesAsync("nothing is lost: the push is answered", () => up.WhyAsync("shop"), why => why.Of("v1.0.0").Count > 0);
    }

    private static async Task TellsAsync(string? emulator)
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        await using var up = await Up.ReadyAsync(folder, Up.Begin(
            folder, ["--simulate"], emulator is null ? [] : [("PUBSUB_EMULATOR_HOST", emulator)]));
        using var letters = new Letters(up);
        await letters.SubscribeAsync(Letters.Nowhere);
        await letters.PublishAsync(Pushed, ("colour", "blue"));
        await letters.PublishAsync("no JSON");
        await letters.PublishAsync("""{"id":"b1","status":"SUCCESS","projectId":"acme"}""");

        var listed = await letters.ListAsync(3);
        await IsListedAsync(up, letters, listed);
        await letters.SubscribeAsync(letters.Function);
        var push = listed.Single(letter => letter.Key.StartsWith("push of", StringComparison.Ordinal)).Value.GetProperty("id").GetString()!;
        await IsReplayedAsync(up, letters, push);
        var garbage = listed.Single(letter => letter.Key.Contains("neither", StringComparison.Ordinal)).Value.GetProperty("id").GetString()!;
        await IsDroppedAsync(up, garbage);
        Assert.That((await letters.ListAsync()).Keys, Is.EqualTo(new[] { "build 'b1' of 'acme': SUCCESS" }));

        (await up.CdctlAsync("deadletters", "replay", "--all")).Succeeded();
        Assert.That((await up.CdctlAsync("deadletters", "list")).Succeeded().Output, Does.Contain("no dead letters"));
        (await up.CdctlAsync("deadletters", "replay", "--all")).Succeeded();
    }

    private static async Task IsListedAsync(Up up, Letters letters, Dictionary<string, JsonElement> listed)
    {
        var again = await letters.ListAsync();
        Assert.That(again.Values.Select(IdOf), Is.EquivalentTo(listed.Values.Select(IdOf)), "whoever looks next finds them all");
        foreach (var letter in listed.Values)
        {
            Assert.That(letter.GetProperty("topic").GetString(), Is.EqualTo(Letters.Topic));
            Assert.That(letter.GetProperty("subscription").GetString(), Is.EqualTo(Letters.Subscription));
            Assert.That(letter.GetProperty("attempts").GetInt32(), Is.GreaterThanOrEqualTo(5));
            Assert.That(letter.GetProperty("publishedAt").GetDateTimeOffset(), Is.LessThanOrEqualTo(letter.GetProperty("deadAt").GetDateTimeOffset()));
            Assert.That(letter.GetProperty("reason").GetProperty("code").GetString(), Is.EqualTo("failure.unknown"), "no function ever saw it");
        }

        var people = (await up.CdctlAsync("deadletters", "list")).Succeeded().Output;
        await TestContext.Out.WriteLineAsync(people);
        Assert.That(people, Does.Contain($"{Image}@{Digest}").And.Contain(Letters.Topic).And.Contain("failure.unknown"));
    }

    private static async Task IsReplayedAsync(Up up, Letters letters, string id)
    {
        using var outcome = JsonDocument.Parse((await up.CdctlAsync("deadletters", "replay", id, "--json")).Succeeded().Output);
        var now = outcome.RootElement.GetProperty("newId").GetString()!;
        var copy = (await letters.CopyAsync(now))!;
        Assert.That(copy.Data.ToStringUtf8(), Is.EqualTo(Pushed));
        Assert.That(copy.Attributes, Is.EquivalentTo(new Dictionary<string, string> { ["colour"] = "blue" }));
        await Eventually.SeesAsync(
            "the function has taken it",
            async () => (await up.CdctlAsync("events", "--json")).Succeeded().Output,
            events => events.Contains($"\"{now}\"", StringComparison.Ordinal));
        var twice = await up.CdctlAsync("deadletters", "replay", id);
        Assert.That(twice.Code, Is.EqualTo(1), twice.Error);
        Assert.That(twice.Error, Does.Contain(id));
    }

    private static async Task IsDroppedAsync(Up up, string id)
    {
        (await up.CdctlAsync("deadletters", "drop", id, "--reason", "a test of ours")).Succeeded();
        var refused = (await up.CdctlAsync("events", "--refused")).Succeeded().Output;
        Assert.That(refused, Does.Contain("deadLetter.dropped").And.Contain("a test of ours").And.Contain("@localhost"));
        Assert.That((await up.CdctlAsync("deadletters", "drop", id, "--reason", "again")).Code, Is.EqualTo(1));
    }

    private static string IdOf(JsonElement letter) => letter.GetProperty("id").GetString()!;
}
