using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

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
            }),
        };

    public Taken WithStage(string name, StageState stage) => this with { State = State with { Stages = State.Stages.SetItem(name, stage) } };
}
