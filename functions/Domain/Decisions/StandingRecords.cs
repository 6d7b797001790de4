using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Tells the journal how releases stand at a stage, image by image.</summary>
internal static class StandingRecords
{
    /// <summary>One that is in several releases fares as in the best that is whole, or else in the best; or two stories would be told in turn.</summary>
    public static Dictionary<string, Standing> Speakers(ImmutableArray<Standing> standings)
    {
        var speakers = new Dictionary<string, Standing>(StringComparer.Ordinal);
        foreach (var standing in standings)
        {
            foreach (var candidate in standing.Offer.Images)
            {
                if (!speakers.TryGetValue(candidate.Key, out var before) || (!before.Offer.Missing.IsEmpty && standing.Offer.Missing.IsEmpty))
                    speakers[candidate.Key] = standing;
            }
        }

        return speakers;
    }

    /// <summary>Tells a standing, image by image, when somebody waits for it, or when it is news.</summary>
    public static Taken Tell(Taken taken, StagePolicy policy, Standing standing, Dictionary<string, Standing> speakers) => standing.Offer.Images
        .Where(candidate => standing.Outcome == Outcome.Deploying || ReferenceEquals(speakers[candidate.Key], standing))
        .Aggregate(taken, (each, candidate) => Tell(each, policy, For(candidate, policy, standing), candidate));

    /// <summary>What becomes of the release becomes of those of its images that the stage uses; of the others nothing does.</summary>
    private static Standing For(Candidate candidate, StagePolicy policy, Standing standing) =>
        standing.Outcome != Outcome.Deploying || policy.ImagesUsed.Contains(candidate.Image) ? standing : Standing.Of(standing.Offer, Outcome.Ignored, new(
            Codes.Unused, $"{policy.Name} runs no {candidate.Image}: {standing.Label} goes on there without it"));

    private static Taken Tell(Taken taken, StagePolicy policy, Standing standing, Candidate candidate)
    {
        var stage = taken.State.StageNamed(policy.Name);
        var key = candidate.Key;
        var before = stage.Told.GetValueOrDefault(key);
        var code = standing.Reason.Code;
        var named = taken.Named.FirstOrDefault(each => each.Key == key);
        var tag = standing.Offer.Release.Images[candidate.Image].Tag;

        // What is ignored is news only to whoever asked; a candidate that was waiting is owed an end to its story. One that is in two releases
        // of a set begins twice.
        var news = standing.Outcome == Outcome.Deploying || (before != code && (standing.Outcome != Outcome.Ignored || WasWaiting(before, code)));
        if (named.Key is null && !news)
            return taken;

        return (news ? CountHealed(taken, standing, candidate) : taken)
            .WithStage(policy.Name, stage with { Told = stage.Told.SetItem(key, code) })
            .Tell(
                standing.Outcome,
                candidate.Repository,
                named.Tag ?? tag,
                candidate.Digest,
                Answer(standing, tag, named.Tag),
                standing.NextLook,
                policy.Name,
                stage.RequestFor(standing.Offer)?.Actor,
                standing.Verdicts,
                taken.CauseOf(key),
                // What is news has changed with the state, so it is told once; whoever asks again for the same cause is told once, too.
                news ? $"{code}@{taken.At.Now.ToUnixTimeMilliseconds()}" : "");
    }

    /// <summary>An image whose event never came has come to a decision all the same.</summary>
    private static Taken CountHealed(Taken taken, Standing standing, Candidate candidate) =>
        standing.Outcome != Outcome.Ignored && taken.State.Candidates.GetValueOrDefault(candidate.Key) is { Hearing: Hearing.Unheard } found
            ? taken with
            {
                State = taken.State with
                {
                    Candidates = taken.State.Candidates.SetItem(found.Key, found with { Hearing = Hearing.Healed }),
                    LostEventsHealed = taken.State.LostEventsHealed + 1,
                },
            }
            : taken;

    /// <summary>Whoever named the image by another of its tags is told so.</summary>
    private static Reason Answer(Standing standing, string? tag, string? namedBy) => namedBy is null || tag is null || namedBy == tag
        ? standing.Reason
        : standing.Reason with { Sentence = $"{namedBy} is the same image as {tag}: {standing.Reason.Sentence}" };

    private static bool WasWaiting(string? before, string code) =>
        before is not null && before is not (Codes.Serving or Codes.UnderWay or Codes.Failed or Codes.Older or Codes.Unused)
        && code is not Codes.UnderWay
        && !before.StartsWith("tag.", StringComparison.Ordinal)
        && !before.StartsWith("rollout.", StringComparison.Ordinal);
}
