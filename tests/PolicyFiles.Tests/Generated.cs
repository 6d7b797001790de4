using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Whole sets of policies that are valid, from all over the language.</summary>
internal static class Generated
{
    private static readonly string Pem = Policies.Full.Single(file => file.Path.EndsWith(".pub", StringComparison.Ordinal)).Text.TrimEnd('\n');

    private static readonly Gen<string> Line = Gen.OneOf(
        Of("year end", "Jahresende: 'größer'", "\"quoted\" \\ back", "年末", "a # b", "{}", "🚀 up"),
        Gen.String[Gen.Char[' ', '~'], 1, 20]);

    private static readonly Gen<string> Zone = Of("Asia/Tokyo", "Europe/Berlin", "UTC", "America/New_York", "Etc/GMT+5");

    private static readonly Gen<TimeSpan> Span = Gen.OneOf(
        Gen.Long[1, 90].Select(n => TimeSpan.FromMinutes(n)), Gen.Long[1, 3650L * 86_400_000].Select(n => TimeSpan.FromMilliseconds(n)));

    private static readonly Gen<DateTimeOffset> Instant =
        Gen.Select(Gen.Int[0, 50_000_000], Gen.Int[-12 * 4, 14 * 4], (minutes, quarters) =>
            new DateTimeOffset(new DateTime(2000, 1, 1).AddMinutes(minutes), TimeSpan.FromMinutes(15 * quarters)));

    private static readonly Gen<Schedule.Once> Once = Gen.Select(Gen.Int[0, 20_000_000], Gen.Int[1, 100_000],
        (from, length) => new Schedule.Once(new DateTime(2000, 1, 1).AddMinutes(from), new DateTime(2000, 1, 1).AddMinutes(from + length)));

    private static readonly Gen<Schedule> Weekly =
        Gen.Select(Gen.Int[1, 127], Gen.Int[0, 1439], Gen.Int[0, 1439], (days, from, to) => (Schedule)new Schedule.Weekly(
            [.. Enum.GetValues<DayOfWeek>().Where(day => (days & (1 << (int)day)) != 0)],
            from == to ? TimeOnly.MinValue : TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(from)),
            from == to ? TimeOnly.MinValue : TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(to))));

    // Deny windows stand in another zone, so that none covers what another allows.
    private static readonly Gen<Window> Window = Gen.Select(
        Gen.Bool, Gen.OneOf(Weekly, Once.Select(once => (Schedule)once)), Zone, Maybe(Line), (deny, schedule, zone, reason) => deny
            ? new Window(WindowKind.Deny, schedule, "Pacific/Auckland", reason)
            : new Window(WindowKind.Allow, schedule, zone, reason));

    private static readonly Gen<Gate> Build = Gen.Select(
        Of("SUCCESS", "FAILURE", "TIMEOUT"), Line.Array[0, 2], Maybe(Line), Maybe(Gen.Const("acme/app")),
        (status, triggers, branch, repository) => (Gate)new Gate.Build(status, [.. triggers], branch, repository));

    private static readonly Gen<Gate> Approvals = Gen.Select(
        Gen.Int[1, 20], Of<string[]>([], ["group:sre@acme.example"], ["user:ann@acme.example", "group:sre@acme.example"]),
        MaybeSpan(Span), Gen.Bool, (count, from, deadline, author) => (Gate)new Gate.Approvals(count, [.. from], deadline, author));

    private static readonly Gen<Gate[]> Gates = Gen.Select(
        Some(Build), Some(Window.Array[1, 3].Select(windows => (Gate)new Gate.Windows([.. windows]))), Some(Approvals),
        Some(Gen.Select(Gen.Int[1, 100], Span, (most, per) => (Gate)new Gate.Rate(most, per))),
        Some(Gen.Int[100, 60_000].Select(ms => (Gate)new Gate.Webhook("https://checks.acme.example/?a=b&c", TimeSpan.FromMilliseconds(ms)))),
        Some(Of("keys/a.pub", "b.pem").Select(key => (Gate)new Gate.Signature(key, Pem))),
        Some(Gen.Select(Gen.Enum<Severity>(), Gen.Bool, (worst, fixable) => (Gate)new Gate.Vulnerabilities(worst, fixable))),
        Some(Maybe(Gen.Const("github.com/acme/app")).Select(source => (Gate)new Gate.Provenance("cloud-build", source))),
        (a, b, c, d, e, f, g, h) => (Gate[])[.. a, .. b, .. c, .. d, .. e, .. f, .. g, .. h]);

    private static readonly Gen<Canary?> Canary = Gen.Select(Gen.Int[0, 100].Array[0, 4], Span, (weights, pause) =>
        weights is [] ? null : new Canary(
            [.. weights.Distinct().Order().SelectMany(weight => (CanaryStep[])[new CanaryStep.SetWeight(weight), new CanaryStep.Pause(pause)])])
        {
            Newer = (OnNewer)(weights.Length % 3),
        });

    private static readonly Gen<Strategy> Strategy = Gen.Select(
        Maybe(Gen.Select(Line.Array[0, 3], Gen.Int[1, 168 * 3600],
            (args, seconds) => new Predeploy("migrate", "web", [.. args], TimeSpan.FromSeconds(seconds)))),
        Maybe(Gen.Select(Gen.Int[100, 599], Gen.Int[1, 100], Maybe(Gen.Const("^ok$")),
            (status, attempts, body) => new Verification("/healthz", status, attempts, body))),
        Canary,
        Maybe(Gen.Select(Gen.Int[0, 100_000_000], MaybeSpan(Span), Gen.Int[0, 5], MaybeSpan(Span), (millionths, latency, least, window) =>
            new Analysis(millionths / 100_000_000m, latency, least == 0 ? null : least, window) { ObserveOnly = millionths % 2 == 0 })),
        Maybe(Gen.Bool.Select(hold => new AutoRollback(hold))),
        (predeploy, verify, canary, analysis, back) => new Strategy(predeploy, verify, canary, analysis, back));

    private static readonly Gen<TagRule> Rule = Gen.OneOf(
        Of(">=1.0.0 <2.0.0", "^1.4 || ~3.1", "1.x").Select(range => Valid(TagRule.SemverRange.Parse(range))),
        Gen.Select(Gen.Enum<Level>(), Gen.Bool, (level, match) => (TagRule)new TagRule.SemverLevel(level, match)),
        Gen.Enum<Order>().Select(order => (TagRule)new TagRule.Numerical(order)),
        Gen.Enum<Order>().Select(order => (TagRule)new TagRule.Alphabetical(order)),
        Gen.Const((TagRule)new TagRule.Newest()),
        Gen.Const(Valid(TagRule.OnlyTag.Parse("v1.2.3"))));

    private static readonly Gen<TagSpec> Tags = Gen.Select(
        Of<string[]>([], [@"^v\d"], ["^v", "^w"]), Of<string[]>([], ["-debug$"]),
        Of<FilterTags?>(null, new FilterTags("^v(.+)$"), new FilterTags(@"^v(?P<version>\d+\.\d+\.\d+)$", "$version")), Rule,
        (allow, ignore, filter, rule) => Valid(TagSpec.Create(allow, ignore, filter, rule)));

    private static readonly Gen<Notification[]> Notify =
        Of<Notification>(new Notification.Slack("releases"), new Notification.PubSub("deployments")).Array[0, 2];

    /// <summary>A set whose commit is <c>none</c>.</summary>
    public static Gen<PolicySet> Sets { get; } =
        from names in Of<string[]>([], ["shop"], ["admin", "shop"], ["a", "b-2", "c"])
        from pipelines in Gen.Select(Pipeline("x"), Pipeline("x"), Pipeline("x"))
        from freezes in Gen.Select(Once, Zone, Maybe(Line), Gen.Bool).Array[0, 2]
        from tests in Tests(names).Array[0, names.Length == 0 ? 0 : 3]
        select new PolicySet("none", names.Zip(new[] { pipelines.Item1, pipelines.Item2, pipelines.Item3 }, Renamed)
            .ToImmutableSortedDictionary(pipeline => pipeline.Name, pipeline => pipeline, StringComparer.Ordinal))
        {
            Freezes = [.. freezes.Select((it, at) => new Freeze($"f{at}", it.Item1, it.Item2, it.Item3, it.Item4 ? [.. names] : []))],
            Tests = [.. tests.DistinctBy(test => (test.Pipeline, test.Name))
                .OrderBy(test => test.Pipeline, StringComparer.Ordinal).ThenBy(test => test.Name, StringComparer.Ordinal)],
        };

    /// <summary>The same set as the files somebody would write.</summary>
    public static PolicyFile[] AsFiles(PolicySet set)
    {
        var root = JsonNode.Parse(CanonicalPolicies.Write(set))!;
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var gate in root["pipelines"]!.AsArray().SelectMany(pipeline => pipeline!["spec"]!["stages"]!.AsArray())
            .Select(stage => stage!["gates"]?["signature"]).OfType<JsonNode>())
        {
            keys[gate["publicKey"]!.GetValue<string>()] = gate["pem"]!.GetValue<string>();
            gate.AsObject().Remove("pem");
        }

        var documents = root["freezes"]!.AsArray().Select(part => Document("Freeze", part!["metadata"]!, part["spec"]!))
            .Concat(root["pipelines"]!.AsArray().Select(part => Document("Pipeline", part!["metadata"]!, part["spec"]!)))
            .Concat(root["tests"]!.AsArray().Select((test, at) => Document("PolicyTest", new JsonObject { ["name"] = $"t{at}" }, Alone(test!))));
        return
        [
            .. documents.Select((text, at) => new PolicyFile($"{at:00}.yaml", text)),
            .. keys.Select(key => new PolicyFile(key.Key, key.Value)),
        ];
    }

    private static string Document(string kind, JsonNode metadata, JsonNode spec) => new JsonObject
    {
        ["apiVersion"] = "cdautomation/v1",
        ["kind"] = kind,
        ["metadata"] = metadata.DeepClone(),
        ["spec"] = spec.DeepClone(),
    }.ToJsonString();

    private static JsonObject Alone(JsonNode test)
    {
        var alone = test.DeepClone().AsObject();
        var pipeline = alone["pipeline"]!.GetValue<string>();
        alone.Remove("pipeline");
        return new JsonObject { ["pipeline"] = pipeline, ["tests"] = new JsonArray(alone) };
    }

    private static Gen<PipelinePolicy> Pipeline(string name) =>
        from several in Gen.Bool
        from tags in Tags
        from stages in Gen.Select(Gates, Strategy, Notify, Gen.Int[0, 3], MaybeSpan(Span)).Array[1, 3]
        from rest in Gen.Select(Gen.Enum<PolicyMode>(), Gen.Enum<ReleaseMatch>(), Maybe(Gen.Const("linux/amd64")), MaybeSpan(Span))
        let images = ImmutableSortedDictionary.Create<string, Repository>(StringComparer.Ordinal).Add("web", new("localhost:5000", "acme/web"))
        select new PipelinePolicy(name, several ? images.Add("batch", new("localhost:5000", "acme/batch")) : images, tags,
            [.. stages.Select((it, at) => Stage(at, it.Item1, it.Item4, at == 0 ? null : it.Item5) with { Strategy = it.Item2, Notify = [.. it.Item3] })])
        {
            Mode = rest.Item1,
            Match = several ? rest.Item2 : null,
            Platform = rest.Item3,
            MinimumReleaseAge = rest.Item4,
        };

    private static StagePolicy Stage(int at, Gate[] gates, int kind, TimeSpan? soak) => new($"stage-{at}",
        [.. Enumerable.Range(0, kind == 3 ? 2 : 1).Select(n =>
            new Target("acme", "local", $"s{at}-{n}", "web", n == 0 ? null : "app", (TargetKind)(kind % 3)) { RunOnDeploy = kind == 1 && n == 0 })],
        [.. gates])
    { After = soak is { } span ? new Gate.After($"stage-{at - 1}", span) : null };

    private static PipelinePolicy Renamed(string name, PipelinePolicy pipeline) => pipeline with
    {
        Name = name,
        Stages = [.. pipeline.Stages.Select(stage => stage with { Targets = [.. stage.Targets.Select(target => target with { Project = $"p-{name}" })] })],
    };

    private static Gen<PolicyTest> Tests(string[] names) =>
        from name in Line
        from pipeline in Gen.Int[0, Math.Max(0, names.Length - 1)]
        from given in Gen.Select(Instant, Span, Maybe(Gen.Select(Of("SUCCESS", "WORKING"), Maybe(Line),
            (status, trigger) => new PolicyTestBuild(status, trigger, trigger, null))), Instant.Array[0, 2], Gen.Bool, Gen.Enum<Finding>())
        from expect in Gen.Select(Gen.Enum<ExpectedVerdict>(), Of<string?>(null, "windows", "tags", "tag.outOfRange"), Gen.Bool, Instant)
        select new PolicyTest(name, names.ElementAtOrDefault(pipeline) ?? "", new PolicyTestGiven(
            "web", "v1.4.9", given.Item1, given.Item2, given.Item3,
            [.. given.Item4.Select(at => new PolicyTestDeployment("stage-0", "v1", at))],
            given.Item5 ? ["user:ann@acme.example"] : [], given.Item5 ? "bob@acme.example" : null,
            given.Item5 ? ImmutableSortedDictionary<string, Finding>.Empty.Add("signature", given.Item6) : ImmutableSortedDictionary<string, Finding>.Empty),
            new PolicyTestExpectation(expect.Item3 ? "stage-0" : null, expect.Item1, expect.Item2, expect.Item3 ? expect.Item4 : null));

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : class => Gen.OneOf(Gen.Const((T?)null), gen.Select(value => (T?)value));

    private static Gen<TimeSpan?> MaybeSpan(Gen<TimeSpan> gen) => Gen.OneOf(Gen.Const((TimeSpan?)null), gen.Select(value => (TimeSpan?)value));

    private static Gen<Gate[]> Some(Gen<Gate> gen) => Gen.OneOf(Gen.Const(Array.Empty<Gate>()), gen.Select(gate => new[] { gate }));

    private static T Valid<T>(Parsed<T> parsed)
        where T : class => parsed.TryGetValue(out var value) ? value : throw new ArgumentException(string.Join("; ", parsed.Problems));
}
