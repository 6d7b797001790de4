using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Rehearsals;

/// <summary>The situation that a test tells of, as a decision would meet it.</summary>
/// <param name="Policy">The pipeline's policy, in force and with what can be decided only.</param>
/// <param name="Situation">All that may be looked at.</param>
/// <param name="Candidate">The key of the image that the test is about.</param>
internal sealed record Scene(PipelinePolicy Policy, Situation Situation, string Candidate)
{
    /// <summary>The scene; null where the test names no image of the pipeline.</summary>
    public static Scene? Of(PolicySet policies, PipelinePolicy pipeline, PolicyTest test)
    {
        // What happened after the instant of the test has not happened yet.
        var given = test.Given with { History = [.. test.Given.History.Where(deployment => deployment.At <= test.Given.At)] };
        var name = given.Image ?? (pipeline.Images.Count == 1 ? pipeline.Images.Keys.First() : null);
        if (name is null || !pipeline.Images.TryGetValue(name, out var repository))
            return null;

        var policy = Bare(pipeline, name, repository);
        var candidates = Candidates(name, repository, given);
        var tested = Key(name, repository, given.Tag);
        var state = PipelineState.New with
        {
            Commit = policies.Commit,
            Candidates = candidates,
            Builds = Builds(repository, candidates[tested].Digest, given),
            Stages = policy.Stages.ToImmutableSortedDictionary(stage => stage.Name, stage => Stage(policy, stage, name, repository, candidates, given)),
        };
        var situation = new Situation(policy, policies.Commit, state, [], "test", given.At, Patience.Default)
        {
            Freezes = policies.FreezesOf(pipeline.Name),
            Author = given.Author,
        };
        return new(policy, situation, tested);
    }

    private static PipelinePolicy Bare(PipelinePolicy pipeline, string name, Repository repository) => pipeline with
    {
        Mode = PolicyMode.Enforce,
        Images = ImmutableSortedDictionary<string, Repository>.Empty.Add(name, repository),
        Stages =
        [
            .. pipeline.Stages.Select(stage => stage with
            {
                Targets = [stage.Targets[0] with { Kind = TargetKind.Service, Image = name }],
                Strategy = Strategy.AllAtOnce,
                Notify = [],
            }),
        ],
    };

    private static ImmutableSortedDictionary<string, Candidate> Candidates(string name, Repository repository, PolicyTestGiven given)
    {
        var seen = given.History
            .Select(deployment => (deployment.Tag, FirstSeen: deployment.At))
            .Append((given.Tag, FirstSeen: given.At - given.Age))
            .GroupBy(each => each.Tag, StringComparer.Ordinal)
            .Select(same => new Candidate(
                name, repository, DigestOf(repository, same.Key), ImmutableSortedSet.Create(StringComparer.Ordinal, same.Key), same.Min(each => each.FirstSeen)));
        return seen.ToImmutableSortedDictionary(candidate => candidate.Key, candidate => candidate);
    }

    private static ImmutableSortedDictionary<string, Build> Builds(Repository repository, Digest digest, PolicyTestGiven given)
    {
        var none = ImmutableSortedDictionary<string, Build>.Empty;
        if (given.Build is not { } told)
            return none;

        var build = new Build(
            "test", repository.Project, told.Status, [new(repository, digest)], [repository],
            told.Trigger, told.Trigger, told.Branch, null, told.Repository, given.At - given.Age, null);
        return none.Add(build.Id, build);
    }

    private static StageState Stage(
        PipelinePolicy policy, StagePolicy stage, string name, Repository repository, ImmutableSortedDictionary<string, Candidate> candidates, PolicyTestGiven given)
    {
        var history = given.History.Where(deployment => deployment.Stage == stage.Name).OrderBy(deployment => deployment.At).ToImmutableArray();
        var asked = GateList.Of(policy, stage, []).Where(gate => gate.IsAskedElsewhere);
        return StageState.New with
        {
            Targets = stage.Targets,
            Serving = history is [.., var last] ? Serving(candidates[Key(name, repository, last.Tag)], last) : new(null, "nothing", null, DateTimeOffset.UnixEpoch),
            Started = [.. history.Select(deployment => deployment.At)],
            Proved = history
                .GroupBy(deployment => Key(name, repository, deployment.Tag), StringComparer.Ordinal)
                .ToImmutableSortedDictionary(same => same.Key, same => same.Max(deployment => deployment.At)),
            Answers = asked
                .SelectMany(gate => candidates.Keys.Select(candidate => (Key: KeptAnswer.KeyOf(gate.Name, candidate), Answer: AnswerOf(gate, given))))
                .ToImmutableSortedDictionary(each => each.Key, each => each.Answer),
            Approvals = ImmutableSortedDictionary<string, ApprovalRound>.Empty.Add(Key(name, repository, given.Tag), Round(given)),
        };
    }

    private static Serving Serving(Candidate candidate, PolicyTestDeployment deployment)
    {
        var release = Release.Of(candidate, deployment.Tag);
        return new(release, release.Label, null, deployment.At);
    }

    private static KeptAnswer AnswerOf(Gate gate, PolicyTestGiven given)
    {
        var finding = given.Answers.GetValueOrDefault(gate.Name, Finding.Pass);
        return new(new(finding, new($"{gate.Name}.test", $"the test says that {gate.Name} answers {finding.ToString().ToLowerInvariant()}")), given.At, null, 1);
    }

    private static ApprovalRound Round(PolicyTestGiven given) =>
        new(given.At, [.. given.Approvals.Select(who => new Vote(who[(who.IndexOf(':', StringComparison.Ordinal) + 1)..], [who], Approves: true, given.At, null))]);

    private static string Key(string name, Repository repository, string tag) => Releases.Candidate.KeyOf(name, DigestOf(repository, tag));

    /// <summary>Tests speak of tags; any digest will do, as long as a tag always has the same one.</summary>
    private static Digest DigestOf(Repository repository, string tag) =>
        Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{repository}:{tag}")))}");
}
