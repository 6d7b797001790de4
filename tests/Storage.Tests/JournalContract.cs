using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Storage.Tests;

/// <summary>What every journal promises, whatever it is kept in.</summary>
public abstract partial class JournalContract
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private IJournal _journal = null!;

    protected abstract IJournal Open();

    [SetUp]
    public void Opens() => _journal = Open();

    [Test]
    public async Task An_event_is_stored_once_and_its_repetitions_are_counted()
    {
        var first = await _journal.ReceiveAsync(Push("gcr/1/a"), default);
        var second = await _journal.ReceiveAsync(Push("gcr/1/a"), default);

        Assert.That((first.Again, second.Again, second.Settled), Is.EqualTo((false, true, false)));
        Assert.That((await _journal.EventsAsync(["gcr/1/a", "gcr/never"], default)).Values.Single().Times, Is.EqualTo(2));
        Assert.That(await _journal.CountEventsAsync(default), Is.EqualTo(new EventCounts(1, 0)));
    }

    [Test]
    public async Task An_event_reads_back_as_it_was_written()
    {
        var written = Push("gcr/1/a");
        await _journal.ReceiveAsync(written, default);

        Assert.That((await _journal.EventsAsync(["gcr/1/a"], default))["gcr/1/a"], Is.EqualTo(written));
    }

    [Test]
    public async Task Only_what_is_neither_settled_nor_young_is_left_behind()
    {
        await _journal.ReceiveAsync(Push("gcr/1/a"), default);
        await _journal.ReceiveAsync(Push("gcr/2/b") with { ReceivedAt = Noon.AddMinutes(5) }, default);
        await _journal.ReceiveAsync(Push("gcr/3/c"), default);
        await _journal.SettleAsync("gcr/3/c", null, default);

        Assert.That((await _journal.UnsettledAsync(Noon.AddMinutes(1), 10, default)).Select(left => left.Key), Is.EqualTo(new[] { "gcr/1/a" }));
        Assert.That((await _journal.ReceiveAsync(Push("gcr/3/c"), default)).Settled);
    }

    [Test]
    public async Task An_event_nobody_was_concerned_by_keeps_the_reason_and_counts_as_refused()
    {
        await _journal.ReceiveAsync(Push("gcr/1/a"), default);
        await _journal.ReceiveAsync(Push("gcr/2/b"), default);
        await _journal.SettleAsync("gcr/1/a", new Reason("event.unheard", "nobody watches it"), default);

        var refused = await _journal.LatestEventsAsync(refusedOnly: true, 10, default);
        Assert.That(refused.Single().Refusal!.Code, Is.EqualTo("event.unheard"));
        Assert.That(await _journal.LatestEventsAsync(refusedOnly: false, 10, default), Has.Length.EqualTo(2));
        Assert.That(await _journal.CountEventsAsync(default), Is.EqualTo(new EventCounts(2, 1)));
    }

    [Test]
    public async Task A_state_reads_back_as_it_was_written_and_its_version_rises()
    {
        var state = FullState();
        var kept = await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(state, []), default);
        var loaded = await _journal.LoadAsync("shop", default);

        Assert.That((kept.Version, loaded.Version), Is.EqualTo((1L, 1L)));
        Assert.That(Text(loaded.State), Is.EqualTo(Text(state)));
        Assert.That(loaded.State.Candidates.Values.Single(), Is.EqualTo(state.Candidates.Values.Single()).Using<Candidate>((left, right) =>
            left with { Tags = right.Tags } == right && left.Tags.SetEquals(right.Tags)));
        Assert.That(loaded.State.Owed.OfType<Effect.Apply>().ToArray(), Is.EqualTo(state.Owed.OfType<Effect.Apply>().ToArray()));
    }

    [Test]
    public async Task Of_two_workers_that_read_the_same_version_one_wins()
    {
        var before = await _journal.LoadAsync("shop", default);
        await _journal.KeepAsync(before, new(FullState(), [Record("1")]), default);

        Assert.That(async () => await _journal.KeepAsync(before, new(PipelineState.New, [Record("2")]), default), Throws.TypeOf<StateMovedException>());
        Assert.That((await _journal.RecordsAsync(new("shop", null, 10), default)).Select(record => record.Id), Is.EqualTo(new[] { "1" }), "the loser's records are not kept");
    }

    [Test]
    public async Task Many_workers_racing_for_one_pipeline_lose_nothing()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), async (number, cancellation) =>
        {
            while (true)
            {
                try
                {
                    var before = await _journal.LoadAsync("shop", cancellation);
                    var build = new Build($"{number}", "acme", "SUCCESS", [], [], null, null, null, null, null, Noon, null);
                    await _journal.KeepAsync(before, new(before.State with { Builds = before.State.Builds.Add(build.Id, build) }, [Record($"{number}")]), cancellation);
                    return;
                }
                catch (StateMovedException)
                {
                }
            }
        });

        var kept = await _journal.LoadAsync("shop", default);
        Assert.That(kept.Version, Is.EqualTo(40));
        Assert.That(kept.State.Builds, Has.Count.EqualTo(40));
        Assert.That(await _journal.RecordsAsync(new("shop", null, 100), default), Has.Length.EqualTo(40));
    }

    [Test]
    public async Task A_record_is_kept_once_whoever_writes_it_again()
    {
        var kept = await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [Record("1", Outcome.Deploying)]), default);
        await _journal.KeepAsync(kept, new(PipelineState.New, [Record("1", Outcome.Ignored)]), default);

        Assert.That((await _journal.RecordsAsync(new("shop", null, 10), default)).Single().Outcome, Is.EqualTo(Outcome.Deploying));
    }

    [TestCase("v1.2.3", true)]
    [TestCase("sha256:abcd", true)]
    [TestCase("abcdef01", true)]
    [TestCase("abc", false)]
    [TestCase("v1.2.4", false)]
    [TestCase("%", false)]
    [TestCase("sha256:____", false)]
    public async Task Records_are_found_by_tag_and_by_the_beginning_of_the_digest(string image, bool found)
    {
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [Record("1")]), default);

        Assert.That(await _journal.RecordsAsync(new("shop", image, 10), default), Has.Length.EqualTo(found ? 1 : 0));
        Assert.That(await _journal.RecordsAsync(new("other", image, 10), default), Is.Empty);
    }

    [Test]
    public async Task Records_come_newest_first_and_no_more_than_asked_for()
    {
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [Record("1"), Record("2"), Record("3")]), default);

        Assert.That((await _journal.RecordsAsync(new("shop", null, 2), default)).Select(record => record.Id), Is.EqualTo(new[] { "3", "2" }));
    }

    [Test]
    public async Task The_feed_goes_on_where_the_reader_left_off()
    {
        Assert.That(await _journal.LatestNumberAsync(default), Is.Zero);
        await _journal.KeepAsync(await _journal.LoadAsync("shop", default), new(PipelineState.New, [Record("1"), Record("2")]), default);
        var first = await _journal.FeedAsync(0, 1, default);
        var rest = await _journal.FeedAsync(first[^1].Number, 10, default);

        Assert.That((first.Single().Record.Id, rest.Single().Record.Id), Is.EqualTo(("1", "2")));
        Assert.That(await _journal.LatestNumberAsync(default), Is.EqualTo(rest[^1].Number));
    }

    [Test]
    public async Task Pipelines_are_due_when_their_instant_has_come()
    {
        await Keep("early", PipelineState.New with { WakeAt = Noon });
        await Keep("late", PipelineState.New with { WakeAt = Noon.AddMinutes(1) });
        await Keep("never", PipelineState.New);

        Assert.That(await _journal.DueAsync(Noon.AddSeconds(-1), 10, default), Is.Empty);
        Assert.That(await _journal.DueAsync(Noon, 10, default), Is.EqualTo(new[] { "early" }));
        Assert.That(await _journal.DueAsync(Noon.AddMinutes(9), 10, default), Is.EqualTo(new[] { "early", "late" }));
    }

    [Test]
    public async Task Pipelines_are_found_by_the_commit_they_were_decided_under()
    {
        await Keep("a", PipelineState.New with { Commit = "one" });
        await Keep("b", PipelineState.New with { Commit = "two" });

        Assert.That(await _journal.DecidedUnderAsync("one", default), Is.EqualTo(new[] { "a" }));
    }

    private static JournalEvent Push(string key) => new(
        key, "gcr", "1", Noon.AddSeconds(-1), Noon, new Signal.ImagePushed(Web(), Digest.Parse("sha256:" + new string('a', 64)), "v1.2.3", ArtifactKind.Image), null, 123);

    private static DecisionRecord Record(string id, Outcome outcome = Outcome.Held) => new(
        id, "shop", "production", Noon, "commit", "gcr/1/a", outcome, Web(), "v1.2.3", Digest.Parse("sha256:" + "abcdef01" + new string('a', 56)),
        [new Verdict("build", Finding.Hold, new("build.awaited", "not yet"), Noon)], new("build.awaited", "not yet"), null, Noon);

    private static PipelineState FullState()
    {
        var digest = Digest.Parse("sha256:" + new string('b', 64));
        var candidate = new Candidate("web", Web(), digest, ImmutableSortedSet.Create(StringComparer.Ordinal, "v1", "latest"), Noon);
        var image = new ReleaseImage(Web(), digest, "v1", Noon);
        var target = new Target("acme", "asia-northeast1", "web", "web", "app");
        var deployment = new Deployment(
            "b", Change.RolledBack, "shop", "production", target.ResourceName, "web", "x@y", "v1", "v1", Noon, Noon)
        {
            Source = new("https://git.example/a/b", "c0ffee"),
        };
        var effects = new Effect[]
        {
            new Effect.Apply("a", Noon, 2, "production", target, image, new("shop", "production", "r", "v1", "commit")),
            new Effect.Apply("a2", Noon, 2, "production", target, image, new("shop", "production", "r", "v1", "commit"))
            {
                Percent = 5,
                Before = new(image.Reference, "web-1"),
                RunAs = "cd-1",
            },
            new Effect.TakeBack("a3", Noon, 2, "production", target, image, new(image.Reference, "web-1"), new("shop", "production", "r", "v1", "commit")),
            new Effect.RunOnce("a4", Noon, 2, "production", target, image, ["up"], "cd-1", Noon),
            new Effect.Verify("a5", Noon, 2, "production", target, "web-2", "https://cd---web.example", new("/", 200, 3, "ok")),
            new Effect.Measure("a6", Noon, 2, "production", target, "web-2", "web-1", Noon),
            new Effect.Announce("b", Noon, 0, new("b", "deployed", "shop", "production", target.ResourceName, "x@y", "v1", "web-1", "commit", Noon, new("c", "s"))
            {
                Deployment = deployment,
            }),
            new Effect.Track("c", Noon, 1, "datadog", deployment),
        };
        var release = Release.Of(candidate, "v1");
        return PipelineState.New with
        {
            Commit = "commit",
            Candidates = PipelineState.New.Candidates.Add(candidate.Key, candidate),
            Builds = PipelineState.New.Builds.Add(
                "1", new("1", "acme", "SUCCESS", [new(Web(), digest)], [Web()], "t", "n", "b", "c", "s", Noon, "l") { Address = "https://git.example/a/b" }),
            Looks = PipelineState.New.Looks.Add("web:v2", new("web", "v2", digest, Noon, Noon, 1)),
            Stages = PipelineState.New.Stages.Add("production", StageState.New with
            {
                Targets = [target],
                Footings = StageState.New.Footings.Add(target.ResourceName, new(image.Reference, "web-1")),
                Serving = new(release, "v1", "web-1", Noon) { WishedAt = Noon },
                Mark = release,
                Past = [new(release, Noon, StageState.New.Footings.Add(target.ResourceName, new(image.Reference, null)))
                {
                    Sources = ImmutableSortedDictionary<string, GitSource>.Empty.Add("web", deployment.Source!),
                }],
                Predeployed = [release.Key],
                Hold = new("why", "ann", Noon, Noon),
                Drifts = ImmutableSortedDictionary<string, Standstill>.Empty.Add(target.ResourceName, new("why", null, Noon, null)),
                Pin = new(candidate.Key, "v1", new("why", "ann", Noon, null)),
                Unseen = new(new("c", "s"), Noon, 1),
                Rollout = new(release, Noon, "ann", "gcr/1/a")
                {
                    Plan =
                    [
                        new RolloutStep.Predeploy(new("migrate", "web", ["up"], TimeSpan.FromMinutes(1))),
                        new RolloutStep.Prepare(),
                        new RolloutStep.Verify(new("/", 200, 3, null)),
                        new RolloutStep.Shift(5),
                        new RolloutStep.Pause(TimeSpan.FromMinutes(1)),
                        new RolloutStep.Return(),
                    ],
                    At = 2,
                    Targets = ImmutableSortedDictionary<string, TargetProgress>.Empty.Add(
                        target.ResourceName, new(new(image.Reference, "web-1"), "web-2", "https://cd---web.example", 5, new(true, new("c", "s"), Noon))),
                    DoneHere = [target.ResourceName],
                    Until = Noon,
                    ExposedSince = Noon,
                    MeasureAt = Noon,
                    Trouble = new("c", "s"),
                    TurnedAt = Noon,
                },
                Request = new(candidate.Key, "ann", Noon) { Skips = ["windows"], Reason = "why" },
                Failed = StageState.New.Failed.Add("k", new("c", "s")),
                Told = StageState.New.Told.Add("k", "c"),
            }),
            Owed = [.. effects],
            SurveyAt = Noon,
            WakeAt = Noon,
        };
    }

    private static Repository Web() => Repository.TryParse("asia-northeast1-docker.pkg.dev/acme/app/web", out var repository) ? repository : throw new InvalidOperationException();

    private static string Text(PipelineState state) => System.Text.Json.JsonSerializer.Serialize(state, StateJson.Default.PipelineState);

    private async Task Keep(string pipeline, PipelineState state) =>
        await _journal.KeepAsync(await _journal.LoadAsync(pipeline, default), new(state, []), default);
}
