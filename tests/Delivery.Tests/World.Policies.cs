using System.Collections.Concurrent;
using System.Collections.Immutable;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Delivery.Tests;

/// <content>
/// Policies whose text is a version range, and a registry repository that they are published to. The text may begin with <c>untested</c> for
/// a set whose own test fails, and one that is no range is no policies.
/// </content>
internal sealed partial class World : IReadPolicies, IPolicyArtifacts
{
    public const string Git = "https://git.acme.example/policies";

    private readonly ConcurrentDictionary<Digest, PolicyFetch> _artifacts = new();
    private Digest? _current;

    public static Repository Home { get; } = new("asia-northeast1-docker.pkg.dev", "acme/policies/bundle");

    public PolicyOrigin Origin { get; set; } = new(Home, null, null);

    /// <summary>Whether there is anybody to ask for a signature.</summary>
    public bool HasAsker { get; set; } = true;

    /// <summary>What is answered to a question for a signature.</summary>
    public Answer Signature
    {
        set => Answers["signature"] = value;
    }

    public List<GateQuestion> Questions { get; } = [];

    public List<PolicyAnnouncement> News { get; } = [];

    /// <summary>How often an artifact was fetched.</summary>
    public int Fetched { get; private set; }

    public bool TopicIsDown { get; set; }

    /// <summary>Called as something is fetched, before the answer: what happens in the world meanwhile.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>Publishes policies: from now on the tag <c>current</c> names them.</summary>
    public JournalEvent Publish(string commit, int minute, string canonical = ">=1.0.0", bool forced = false, string source = Git) => Publish(
        DigestOf($"{commit} {canonical} {forced}"),
        new PolicyFetch.Found(new(new(commit, new DateTimeOffset(2026, 11, 23, 10, minute, 0, TimeSpan.Zero), source), forced, canonical)));

    public JournalEvent Publish(Digest digest, PolicyFetch what)
    {
        _artifacts[digest] = what;
        _current = digest;
        return Published(digest, "current");
    }

    /// <summary>An event that tells of a push to the repository of policies.</summary>
    public JournalEvent Published(Digest digest, string? tag) => new(
        $"gcr/{++_events}/p", "gcr", $"{_events}", Clock.GetUtcNow(), Clock.GetUtcNow(), new Signal.PolicyPublished(Home, digest, tag), null, 100);

    Task<PolicyFetch> IPolicyArtifacts.FetchAsync(Repository repository, Digest digest, CancellationToken cancellation)
    {
        Alive();
        Fetched++;
        Meanwhile?.Invoke();
        return Task.FromResult(_artifacts.GetValueOrDefault(digest) ?? new PolicyFetch.Missing());
    }

    Parsed<PolicySet> IReadPolicies.Read(string canonical, string commit)
    {
        const string untested = "untested ";
        var text = canonical.StartsWith(untested, StringComparison.Ordinal) ? canonical[untested.Length..] : canonical;
        var parsed = TagRule.SemverRange.Parse(text);
        if (!parsed.TryGetValue(out var range))
            return Parsed<PolicySet>.Refused(parsed.Problems);

        Assert.That(TagSpec.Create([], [], null, range).TryGetValue(out var tags));
        var policy = new PipelinePolicy(
            "shop",
            ImmutableSortedDictionary<string, Repository>.Empty.Add("web", Web),
            tags!,
            [new StagePolicy("production", [new Target("acme", "asia-northeast1", "web", "web", null)], _gates)]);
        return new PolicySet(commit, ImmutableSortedDictionary<string, PipelinePolicy>.Empty.Add("shop", policy))
        {
            Tests = text == canonical ? [] : [FailingTest],
        };
    }

    Task<StepResult> IAnnounce.TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation)
    {
        Alive();
        if (TopicIsDown)
            return Task.FromResult<StepResult>(new StepResult.Unfinished(new("pubsub.unreachable", "nobody answered")));
        lock (News)
            News.Add(announcement);
        return Task.FromResult<StepResult>(new StepResult.Done(null));
    }

    private static PolicyTest FailingTest { get; } = new(
        "version 9 is never deployed",
        "shop",
        new("web", "v9.0.0", new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), PolicyTestGiven.UsualAge, null, [], [], null,
            ImmutableSortedDictionary<string, Finding>.Empty),
        new("production", ExpectedVerdict.Ignored, null, null));
}
