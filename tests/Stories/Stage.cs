using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Domain.Targets;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Stories;

/// <summary>The pipeline that a story is about: what is decided there is decided by the production code.</summary>
internal sealed class Stage
{
    private int _events;
    private int _commits;

    public Stage(string policy) => Commit(policy);

    /// <summary>All stories begin on this Monday, at ten.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public PolicySet Policies { get; private set; } = PolicySet.Empty;

    public PipelinePolicy Policy => Policies.Pipelines.Values.First();

    public PipelineState State { get; private set; } = PipelineState.New;

    public DateTimeOffset Now { get; set; } = Start;

    public List<DecisionRecord> Journal { get; } = [];

    /// <summary>What metrics say when they are asked.</summary>
    public bool? IsHealthy { get; set; } = true;

    public StageState Of(string stage) => State.StageNamed(stage);

    public static Digest DigestOf(string name) => Digest.Parse($"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}");

    public void Commit(string policy)
    {
        var reading = PolicyReader.Read([new PolicyFile("story.yaml", policy)]);
        Assert.That(reading.Problems, Is.Empty, "the policy of the story");
        Policies = new($"{++_commits:x}{new string('c', 39)}", reading.Pipelines) { Freezes = reading.Freezes };
    }

    /// <summary>The event that came last.</summary>
    public string Cause { get; private set; } = "";

    public void Sees(params ImmutableArray<Observation> seen) => SeesAs(string.Create(CultureInfo.InvariantCulture, $"event/{++_events}"), seen);

    /// <summary>An event comes, or comes again.</summary>
    public void SeesAs(string cause, params ImmutableArray<Observation> seen)
    {
        Cause = cause;
        var at = new Situation(Policy, Policies.Commit, State, seen, cause, Now, Patience.Default)
        {
            Freezes = Policies.FreezesOf(Policy.Name),
        };
        var decision = Decider.Decide(at);
        State = decision.Next;
        Journal.AddRange(decision.Records);
    }

    /// <summary>What is owed, as stories write it.</summary>
    public IEnumerable<(Effect Effect, string Text)> Owed => State.Owed.Select(effect => (effect, effect.Match(
        apply => $"{apply.Stage}: {apply.Target.Name} gets {apply.Image.Tag ?? apply.Image.Digest.Short} at {apply.Percent} %{(apply.RunAs is null ? "" : " and runs")}",
        back => $"{back.Stage}: {back.Target.Name} goes back to {NameOf(back.Before.Image)}",
        once => $"{once.Stage}: job {once.Job.Name} runs {once.Image.Tag}{(once.Args.IsEmpty ? "" : $" with {string.Join(' ', once.Args)}")}",
        verify => $"{verify.Stage}: {verify.Target.Name} is asked for {verify.Wanted.Path}",
        measure => $"{measure.Stage}: {measure.Target.Name} is measured",
        told => $"{told.Announcement.Stage}: {told.Announcement.Outcome} is told",
        track => $"{track.Deployment.Stage}: {track.Tracker} is told of {track.Deployment.Service}",
        ask => $"{ask.Stage}: {ask.Gate} is asked about {NameOf(ask.Candidate)}")));

    /// <summary>Pays one thing that is owed, well.</summary>
    public void Pays(Effect effect) => Sees(effect switch
    {
        Effect.Ask ask => new Observation.Answered(ask.Id, new(Domain.Gates.Finding.Pass, new($"{ask.Gate}.ok", $"{ask.Gate} says yes"))),
        Effect.Measure measure => new Observation.Measured(measure.Id, Counted(measure)),
        Effect.Apply apply => new Observation.Paid(apply.Id, new StepResult.Done(apply.Target.Kind == TargetKind.Job ? null : $"{apply.Target.Name}-{apply.Image.Tag}")
        {
            Before = apply.Before,
            Address = apply is { Percent: 0, Target.Kind: TargetKind.Service } ? $"https://cd---{apply.Target.Name}.example" : null,
        }),
        _ => new Observation.Paid(effect.Id, new StepResult.Done(null)),
    });

    /// <summary>The stable revision does well; the new one too, or it fails in every fifth request, or it has few.</summary>
    private Period Counted(Effect.Measure measure)
    {
        var until = Now > measure.From ? Now : measure.From + TimeSpan.FromMinutes(1);
        var canary = IsHealthy switch { true => Traffic(400, 0), false => Traffic(400, 80), null => Traffic(12, 0) };
        return new(MetricsSpan.Known(measure.From, until, TimeSpan.Zero)!, canary, Traffic(400, 0));
    }

    private static RevisionTraffic Traffic(long requests, long errors)
    {
        LatencyHistogram.Of([TimeSpan.FromMilliseconds(100)], [requests, 0]).TryGetValue(out var latencies);
        RevisionTraffic.Of(requests, errors, latencies).TryGetValue(out var traffic);
        return traffic!;
    }

    private string NameOf(ImageReference? image) => image?.Tag ?? NameOf(image?.Digest.ToString() ?? "nothing");

    private string NameOf(string key) =>
        State.Candidates.Values.FirstOrDefault(candidate => key.EndsWith(candidate.Digest.ToString(), StringComparison.Ordinal))?.Tags.FirstOrDefault() ?? key;
}
