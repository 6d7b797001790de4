using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>A decision in the making.</summary>
/// <param name="At">What is being decided on.</param>
/// <param name="State">The state as it has become.</param>
/// <param name="Named">The candidates that somebody waits for an answer about, with the tag they were named by.</param>
/// <param name="Records">What has been told so far.</param>
internal sealed record Taken(
    Situation At,
    PipelineState State,
    ImmutableArray<(string Key, string? Tag)> Named,
    ImmutableArray<DecisionRecord> Records)
{
    /// <summary>How releases stand, as the state has become.</summary>
    public StandingsOnce Standings { get; } = new(At);

    /// <summary>What led to an answer that has come in now, by candidate key.</summary>
    public ImmutableSortedDictionary<string, string> Causes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The event, or the tick, that led to what is decided of a candidate now.</summary>
    public string CauseOf(string key) => Causes.GetValueOrDefault(key, At.Cause);

    public Taken Because(string key, string cause) => this with { Causes = Causes.SetItem(key, cause) };

    public Taken Name(string key, string? tag) => Named.Any(named => named.Key == key) ? this : this with { Named = Named.Add((key, tag)) };

    /// <summary>Adds a line that concerns an image, whether or not it is a candidate.</summary>
    public Taken Tell(
        Outcome outcome,
        Repository? image,
        string? tag,
        Digest? digest,
        Reason reason,
        DateTimeOffset? nextLook = null,
        string? stage = null,
        string? actor = null,
        ImmutableArray<Verdict> verdicts = default,
        string? cause = null,
        string? story = null) => this with
        {
            Records = Records.Add(new DecisionRecord(
                // One line a cause, an image and an answer: decided again for the same cause, after a crash, the same is not told twice, while
                // what has changed in between is told.
                $"{At.Cause}|{At.Policy.Name}|{stage}|{digest?.ToString() ?? tag}|{story ?? reason.Code}",
                At.Policy.Name,
                stage,
                At.Now,
                At.Commit,
                cause ?? At.Cause,
                outcome,
                image,
                tag,
                digest,
                verdicts.IsDefault ? [] : verdicts,
                reason,
                actor,
                nextLook)
            {
                Shadow = At.Policy.Mode == PolicyMode.Shadow,
                Origin = Origins.Of(this, stage, image, digest),
            }),
        };

    /// <summary>Adds a line for each image of a release, and notes what each was told.</summary>
    public Taken TellAll(
        string stage,
        Release release,
        Outcome outcome,
        Reason reason,
        string told,
        ImmutableArray<Verdict> verdicts = default,
        string? actor = null,
        DateTimeOffset? nextLook = null,
        string? cause = null)
    {
        var taken = this;
        foreach (var (name, image) in release.Images)
        {
            var key = Candidate.KeyOf(name, image.Digest);
            var state = taken.State.StageNamed(stage);
            taken = taken
                .WithStage(stage, state with { Told = state.Told.SetItem(key, told) })
                .Tell(outcome, image.Repository, image.Tag, image.Digest, reason, nextLook, stage, actor, verdicts, cause ?? taken.CauseOf(key));
        }

        return taken;
    }

    /// <summary>With the stage's rollout changed; unchanged where there is none.</summary>
    public Taken WithRollout(string stage, Func<Rollout, Rollout> change) =>
        State.StageNamed(stage) is { Rollout: { } rollout } state ? WithStage(stage, state with { Rollout = change(rollout) }) : this;

    /// <summary>Without the owed effects of which it is so.</summary>
    public Taken Forgetting(Predicate<Effect> those) => this with { State = State with { Owed = State.Owed.RemoveAll(those) } };

    /// <summary>With one effect more, unless it is owed already.</summary>
    public Taken Owing(Effect effect) => State.Owed.Any(each => each.Id == effect.Id)
        ? this
        : this with { State = State with { Owed = State.Owed.Add(effect with { Origin = Origins.Of(this, effect) }) } };

    public Taken WithStage(string name, StageState stage) => this with { State = State with { Stages = State.Stages.SetItem(name, stage) } };
}
