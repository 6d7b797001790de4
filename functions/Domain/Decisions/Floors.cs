using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>
/// What nothing older may take the place of. What is on its way counts as there already. What runs still counts, and so does the last that had
/// a place among the versions: the order of what somebody asked for may be unknown, and what was gone back from must not come again by a detour.
/// </summary>
internal sealed class Floors
{
    private readonly PipelinePolicy _policy;
    private readonly PipelineState _state;
    private readonly ImmutableArray<Floor> _all;

    public Floors(PipelinePolicy policy, PipelineState state, StageState stage)
    {
        (_policy, _state) = (policy, state);
        Running = Known(stage.Serving?.Release);
        _all = [.. All(stage).OfType<Floor>()];
    }

    /// <summary>What runs, with the tags that are known of it by now.</summary>
    public Release? Running { get; }

    /// <summary>What is on its way, or else what runs.</summary>
    public Release? Foremost => _all.FirstOrDefault(floor => !floor.IsPart)?.Release;

    /// <summary>Why a release is not newer than all of them, or null where it is.</summary>
    /// <param name="offer">The release.</param>
    /// <param name="byRequest">Whether somebody asked for it.</param>
    public Reason? Above(Offer offer, bool byRequest) =>
        _all.FirstOrDefault(floor => (floor.BindsPeople || !byRequest) && !IsNewer(offer, floor, byRequest)) is { } floor
            ? new(Codes.Older, $"{offer.Label} is not newer than {floor.Release.Label}, which {floor.Where}; nothing goes backwards by itself")
            : null;

    /// <summary>The last release that has a place in the order of the tag rules, now that another serves.</summary>
    public static Release? MarkedBy(PipelinePolicy policy, Release? mark, Release serving) =>
        serving.Lead.Tag is { } tag && !policy.Tags.Select([new(tag, serving.Lead.FirstSeen)], null).Accepted.IsEmpty ? serving : mark;

    private IEnumerable<Floor?> All(StageState stage)
    {
        yield return stage.Rollout is { Trouble: null } rollout && Known(rollout.Release) is { } coming
            ? new(coming, rollout.Actor is null ? null : rollout.StartedAt, "is being rolled out")
            : null;
        yield return Running is { } running ? new(running, stage.Serving?.WishedAt, "runs") : null;
        yield return stage.Serving is { WishedAt: not null } wished && Known(stage.Mark) is { } mark
            ? new(mark, null, $"ran before {wished.Description}") { BindsPeople = false }
            : null;
        foreach (var part in stage.Serving?.Beside ?? [])
            yield return new(Known(part)!, null, "runs in a part of the stage") { BindsPeople = false, IsPart = true };
    }

    private bool IsNewer(Offer offer, Floor floor, bool byRequest)
    {
        var steps = offer.Images
            .Where(candidate => floor.Release.Images.ContainsKey(candidate.Image))
            .Select(candidate => Step(candidate, Offered(offer, candidate), floor, byRequest))
            .ToImmutableArray();
        // Nothing in common says nothing: then there is nothing to be newer than.
        return steps.IsEmpty || (steps.All(step => step >= 0) && (floor.IsPart || steps.Any(step => step > 0)));
    }

    /// <summary>What the offer stands by counts; an image that is with it for its build or its commit counts as the best that it is, as it would if it ran.</summary>
    private ReleaseImage Offered(Offer offer, Candidate candidate) =>
        offer.Release.Images[candidate.Image] is var image && image.Tag == offer.Tag ? image : Known(image);

    /// <summary>Whether an image is newer (1) than the floor's of that name, older (-1), or the very same (0).</summary>
    private int Step(Candidate candidate, ReleaseImage next, Floor floor, bool byRequest)
    {
        var image = floor.Release.Images[candidate.Image];
        if (image.Digest == candidate.Digest)
            return 0;
        // A moved tag gives two digests one version: one whose time nobody knows is the older if the tag is on the other now.
        if (next.Tag is { } tag && tag == image.Tag && IsUndatedWithout(image, tag) is var left && left != IsUndatedWithout(next, tag))
            return left ? 1 : -1;

        var order = next.Tag is null || image.Tag is null ? null : _policy.Tags.Compare(new(next.Tag, next.FirstSeen), new(image.Tag, image.FirstSeen));
        var isNewer = order switch
        {
            // Somebody chose it when all that was there before could be had: automation goes on with what comes after.
            null when !byRequest => next.FirstSeen > (floor.WishedAt ?? image.FirstSeen),
            null or 0 => next.FirstSeen > image.FirstSeen,
            _ => order > 0,
        };
        return isNewer ? 1 : -1;
    }

    private bool IsUndatedWithout(ReleaseImage image, string tag) =>
        _policy.ImageNamed(image.Repository) is { } name
        && _state.Candidates.TryGetValue(Candidate.KeyOf(name, image.Digest), out var candidate)
        && candidate.Hearing != Hearing.Heard && !candidate.Tags.Contains(tag);

    /// <summary>A release with the tags and times that we know of its digests by now.</summary>
    private Release? Known(Release? release) =>
        release is null ? null : release with { Images = release.Images.ToImmutableSortedDictionary(image => image.Key, image => Known(image.Value)) };

    private ReleaseImage Known(ReleaseImage image)
    {
        if (_policy.ImageNamed(image.Repository) is not { } name || !_state.Candidates.TryGetValue(Candidate.KeyOf(name, image.Digest), out var candidate))
            return image;

        // It counts as the best that it is, or was when it was taken: a tag that moved on makes it no older.
        var seen = image.Tag is { } own ? candidate.SeenTags.Append(new(own, candidate.FirstSeen)) : candidate.SeenTags;
        var tag = _policy.Tags.Select([.. seen.DistinctBy(each => each.Tag)], null).Accepted.FirstOrDefault() ?? image.Tag ?? candidate.Tags.FirstOrDefault();
        return image with { Tag = tag, FirstSeen = image.FirstSeen == DateTimeOffset.UnixEpoch ? image.FirstSeen : candidate.FirstSeen };
    }

    /// <summary>A release that nothing older goes ahead of.</summary>
    /// <param name="Release">Which.</param>
    /// <param name="WishedAt">When somebody asked for it, or null.</param>
    /// <param name="Where">For people: what it does.</param>
    private sealed record Floor(Release Release, DateTimeOffset? WishedAt, string Where)
    {
        /// <summary>Whether it holds against somebody's wish, too.</summary>
        public bool BindsPeople { get; init; } = true;

        /// <summary>Whether the rest of the stage runs something else: then the very same is no step back.</summary>
        public bool IsPart { get; init; }
    }
}
