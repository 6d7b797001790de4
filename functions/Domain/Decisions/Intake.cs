using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in what was seen. Facts only join and times only fall to the earliest, so the order in which events come changes nothing.</summary>
internal static class Intake
{
    /// <summary>So many builds are remembered; the ones that ended first go first.</summary>
    private const int BuildsKept = 200;

    public static Taken Take(Situation at) =>
        at.Seen.Aggregate(new Taken(at, at.State, [], []), (taken, seen) => seen switch
        {
            Observation.TagSeen it => Take(taken, it),
            Observation.NoCandidate it => Questions.SomethingAttached(taken.Tell(Outcome.Ignored, it.Repository, it.Tag, it.Digest, it.Reason)),
            Observation.BuildSeen it => Take(taken, it.Build),
            Observation.TargetSeen it => Adoption.Take(taken, it),
            Observation.Surveyed it => taken with
            {
                State = taken.State with { SurveyAt = at.Now + (it.Problem is null ? at.Patience.Survey : at.Patience.Retry), SurveyedTo = it.GoOnAt },
            },
            Observation.DeployAsked it => Heeding.Once(taken, () => Wishes.Take(taken, it), () => Wishes.TakenBefore(taken, it)),
            Observation.Said it => Heeding.Once(taken, () => People.Take(taken, it), () => taken),
            Observation.Answered it => Questions.Take(taken, it),
            Observation.Measured it => Measurements.Take(taken, it),
            Observation.Paid it => Settlement.Take(taken, it),
            _ => throw new System.Diagnostics.UnreachableException(),
        });

    private static Taken Take(Taken taken, Observation.TagSeen seen) => seen.Lookup switch
    {
        TagLookup.Found found => Found(taken, seen, found.Digest),
        TagLookup.Missing => Missing(taken, seen),
        TagLookup.Unknown unknown => LookAgain(taken, seen, unknown.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Taken Found(Taken taken, Observation.TagSeen seen, Digest digest)
    {
        var announcedThis = seen.Announced == digest;
        if (IsPerhapsNotTheLatest(taken, seen, digest) is { } doubt)
            return LookAgain(taken, seen with { Announced = seen.Announced ?? digest, Unheard = seen.Unheard || seen.Announced is null }, doubt);

        // What an event announced was there when it was published; what we only came upon is dated by its own event, when that comes.
        var firstSeen = announcedThis && seen.At < taken.At.Now ? seen.At : taken.At.Now;
        var state = Untagged(taken.State, seen.Image, seen.Tag, digest);
        taken = taken with { State = Heard(Tagged(state, seen.Image, seen.Repository, digest, seen.Tag, firstSeen, taken.At.Origin), taken, seen, digest) };
        taken = taken with { State = taken.State with { Looks = taken.State.Looks.Remove(LookKey(seen)) } };

        if (seen.Announced is { } announced && !announcedThis)
        {
            taken = taken.Tell(Outcome.Ignored, seen.Repository, seen.Tag, announced, new(
                "tag.moved", $"the registry now has {seen.Tag} at {digest.Short}; {announced.Short} is no longer what it names"));
        }
        else if (seen.Named)
        {
            taken = taken.Name(Candidate.KeyOf(seen.Image, digest), seen.Tag);
        }

        return taken;
    }

    /// <summary>
    /// A registry may go on showing what a tag named before. One that contradicts an event with what we knew already, or what we know with
    /// something no event told of, is asked again before it is believed.
    /// </summary>
    private static Reason? IsPerhapsNotTheLatest(Taken taken, Observation.TagSeen seen, Digest digest)
    {
        var named = taken.State.Candidates.Values.FirstOrDefault(candidate => candidate.Image == seen.Image && candidate.Tags.Contains(seen.Tag));
        if (named is null || IsTimeUp(taken, seen, seen.Announced ?? digest))
            return null;
        if (seen.Announced is not { } announced || seen.Unheard)
        {
            return named.Digest == digest ? null : new(
                "registry.lag", $"the registry has {seen.Tag} at {digest.Short}, and no event told that it moved there from {named.Digest.Short}");
        }

        // One that no event told of may be older than the instant at which it was come upon.
        return announced != digest && named.Digest == digest && (named.FirstSeen < seen.At || named.Hearing != Hearing.Heard)
            ? new("registry.lag", $"the registry announced {seen.Tag} at {announced.Short}, and still has it at {digest.Short}")
            : null;
    }

    private static bool IsTimeUp(Taken taken, Observation.TagSeen seen, Digest digest) =>
        taken.State.Looks.TryGetValue(PendingLook.KeyOf(seen.Image, seen.Tag, digest), out var look) && taken.At.Now >= look.Since + taken.At.Patience.Lag;

    /// <summary>Notes whether its event has come. One that comes after all was late, not lost.</summary>
    private static PipelineState Heard(PipelineState state, Taken before, Observation.TagSeen seen, Digest digest)
    {
        var candidate = state.Candidates[Candidate.KeyOf(seen.Image, digest)];
        if (seen.Announced == digest && !seen.Unheard)
        {
            return candidate.Hearing == Hearing.Heard ? state : state with
            {
                Candidates = state.Candidates.SetItem(candidate.Key, candidate with { Hearing = Hearing.Heard }),
                LostEventsHealed = state.LostEventsHealed - (candidate.Hearing == Hearing.Healed ? 1 : 0),
            };
        }

        // What the first list of a policy's repositories shows was there before anybody listened.
        var isExpected = (seen.Named && !seen.Unheard) || before.At.State is { SurveyAt: null } || before.State.Commit != before.At.Commit;
        if (before.State.Candidates.ContainsKey(candidate.Key))
            return state;
        var hearing = isExpected ? Hearing.Found : Hearing.Unheard;
        return state with { Candidates = state.Candidates.SetItem(candidate.Key, candidate with { Hearing = hearing }) };
    }

    private static Taken Missing(Taken taken, Observation.TagSeen seen)
    {
        var since = taken.State.Looks.GetValueOrDefault(LookKey(seen))?.Since ?? taken.At.Now;
        if (seen is { Announced: not null, Unheard: false } && taken.At.Now < since + taken.At.Patience.Lag)
            return LookAgain(taken, seen, new("registry.lag", $"the registry announced {seen.Tag} but does not have it yet"));

        var known = taken.State.Candidates.Values.FirstOrDefault(candidate => candidate.Image == seen.Image && candidate.Tags.Contains(seen.Tag));
        var state = Untagged(taken.State, seen.Image, seen.Tag, null);
        taken = taken with { State = state with { Looks = state.Looks.Remove(LookKey(seen)) } };

        return (seen.Announced, known, seen.Named) switch
        {
            ({ } announced, _, _) when !seen.Unheard => taken.Tell(Outcome.Ignored, seen.Repository, seen.Tag, announced, new(
                "tag.gone", $"the registry announced {seen.Tag} but still had no such tag after {taken.At.Patience.Lag.TotalSeconds:0} s")),
            (null, null, false) => taken,
            _ => taken.Tell(Outcome.Ignored, seen.Repository, seen.Tag, known?.Digest ?? seen.Announced, new(
                "tag.removed", $"{seen.Tag} was removed from the registry; it is no candidate any more, and what runs is not touched")),
        };
    }

    private static Taken LookAgain(Taken taken, Observation.TagSeen seen, Reason why)
    {
        var now = taken.At.Now;
        var before = taken.State.Looks.GetValueOrDefault(LookKey(seen));
        var attempts = (before?.Attempts ?? 0) + 1;
        var look = new PendingLook(
            seen.Image, seen.Tag, seen.Announced, before?.Since ?? now, now + taken.At.Patience.After(attempts), attempts)
        {
            Unheard = seen.Unheard,
        };
        taken = taken with { State = taken.State with { Looks = taken.State.Looks.SetItem(look.Key, look) } };
        return before is null || seen.Named
            ? taken.Tell(Outcome.Held, seen.Repository, seen.Tag, seen.Announced, why, look.DueAt)
            : taken;
    }

    private static Taken Take(Taken taken, Build build)
    {
        var builds = taken.State.Builds.SetItem(build.Id, build);
        while (builds.Count > BuildsKept)
            builds = builds.Remove(builds.Values.MinBy(each => (each.FinishedAt, each.Id))!.Id);
        taken = taken with { State = taken.State with { Builds = builds } };

        var ours = build.Images.Where(image => taken.At.Policy.ImageNamed(image.Repository) is not null).ToImmutableArray();
        if (ours.IsEmpty)
        {
            return taken.Tell(Outcome.Ignored, build.Repositories.FirstOrDefault(), null, null, new(
                "build.noImage", $"build {build.Id} ended {build.Status} and pushed no image of this pipeline"));
        }

        foreach (var image in ours)
        {
            var key = Candidate.KeyOf(taken.At.Policy.ImageNamed(image.Repository)!, image.Digest);
            taken = taken.State.Candidates.ContainsKey(key)
                ? taken.Name(key, null)
                : taken.Tell(Outcome.Ignored, image.Repository, null, image.Digest, new(
                    "build.noted", $"build {build.Id} ended {build.Status} and made {image.Digest.Short}; its push has not been announced yet"));
        }

        return taken;
    }

    /// <summary>No candidate of the image bears the tag any more, but for the one that is named.</summary>
    public static PipelineState Untagged(PipelineState state, string image, string tag, Digest? but) => state with
    {
        Candidates = state.Candidates.SetItems(state.Candidates
            .Where(each => each.Value.Image == image && each.Value.Digest != but && each.Value.Tags.Contains(tag))
            .Select(each => KeyValuePair.Create(each.Key, each.Value with { Tags = each.Value.Tags.Remove(tag) }))),
    };

    /// <summary>The digest is a candidate, and bears the tag where there is one.</summary>
    public static PipelineState Tagged(
        PipelineState state, string image, Repository repository, Digest digest, string? tag, DateTimeOffset firstSeen, string? origin)
    {
        var before = state.Candidates.GetValueOrDefault(Candidate.KeyOf(image, digest))
            ?? new Candidate(image, repository, digest, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), firstSeen);
        var after = before with
        {
            Tags = tag is null ? before.Tags : before.Tags.Add(tag),
            FirstSeen = firstSeen < before.FirstSeen ? firstSeen : before.FirstSeen,
            // The same event again changes nothing: the story began with the first.
            Origin = before.Origin is null || (tag is not null && !before.Tags.Contains(tag)) ? origin ?? before.Origin : before.Origin,
        };
        return state with { Candidates = state.Candidates.SetItem(after.Key, after) };
    }

    private static string LookKey(Observation.TagSeen seen) => PendingLook.KeyOf(seen.Image, seen.Tag, seen.Announced);
}
