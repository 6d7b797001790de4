using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Works out how every candidate stands at a stage: by the tag rules, by what runs, by the gates, and by who is best.</summary>
internal sealed class Standings
{
    /// <summary>As many as a rate gate can ask for.</summary>
    private const int BeginningsKept = 100;

    private readonly Situation _at;
    private readonly PipelineState _state;
    private readonly StagePolicy _policy;
    private readonly StageState _stage;
    private readonly ImmutableArray<Floor> _floors;

    private Standings(Situation at, PipelineState state, StagePolicy policy)
    {
        (_at, _state, _policy, _stage) = (at, state, policy, state.StageNamed(policy.Name));
        _floors = [.. Floors().OfType<Floor>()];
    }

    /// <summary>
    /// What nothing older may take the place of. What is on its way counts as there already. What runs still counts, and so does the last that
    /// had a place among the versions: the order of what somebody asked for may be unknown.
    /// </summary>
    private IEnumerable<Floor?> Floors()
    {
        yield return _stage.Rollout is { } rollout && Known(rollout.Release.Images.Values.First()) is { } coming
            ? new(coming, rollout.Actor is null ? null : rollout.StartedAt, "is being rolled out")
            : null;
        yield return Known(_stage.Serving?.Image) is { } running ? new(running, _stage.Serving?.WishedAt, "runs") : null;
        yield return _stage.Serving is { WishedAt: not null } wished && Known(_stage.Mark) is { } mark
            ? new(mark, null, $"ran before {wished.Description}") { BindsPeople = false }
            : null;
    }

    /// <summary>Every candidate's standing, best first; whoever stands at <see cref="Outcome.Deploying"/> is the one to take, and there is at most one.</summary>
    public static ImmutableArray<Standing> Of(Situation at, PipelineState state, StagePolicy policy) => new Standings(at, state, policy).All();

    /// <summary>The beginnings of rollouts with one more.</summary>
    public static ImmutableArray<DateTimeOffset> Begun(StageState stage, DateTimeOffset now) =>
        [.. stage.Started.Skip(stage.Started.Length - BeginningsKept + 1), now];

    /// <summary>The last image that has a place in the order of the tag rules, now that another serves.</summary>
    public static ReleaseImage? MarkedBy(PipelinePolicy policy, ReleaseImage? mark, ReleaseImage serving) =>
        serving.Tag is { } tag && !policy.Tags.Select([new(tag, serving.FirstSeen)], null).Accepted.IsEmpty ? serving : mark;

    private ImmutableArray<Standing> All()
    {
        if (Closed() is { } closed)
            return [.. _state.Candidates.Values.Select(candidate => Standing.Of(candidate, candidate.Tags.FirstOrDefault(), closed.Outcome, closed.Reason))];

        var all = ImmutableArray.CreateBuilder<Standing>();
        if (_stage.Request is { } request && _state.Candidates.TryGetValue(request.Candidate, out var asked))
            all.Add(Examine(asked, asked.Tags.FirstOrDefault(), byRequest: true));

        var selection = _at.Policy.Tags.Select([.. _state.Candidates.Values.SelectMany(candidate => candidate.SeenTags)], Known(_stage.Serving?.Image)?.Tag);
        foreach (var tag in selection.Accepted)
        {
            var candidate = _state.Candidates.Values.First(each => each.Tags.Contains(tag));
            if (all.All(standing => standing.Candidate.Key != candidate.Key))
                all.Add(Examine(candidate, tag));
        }

        foreach (var candidate in _state.Candidates.Values.Where(candidate => all.All(standing => standing.Candidate.Key != candidate.Key)))
            all.Add(NotSelected(candidate, selection));

        return Turns.Of(all.ToImmutable());
    }

    /// <summary>Why the stage takes nothing at all, or null where it does.</summary>
    private (Outcome Outcome, Reason Reason)? Closed()
    {
        if (_at.Policy.Mode == PolicyMode.Off)
            return (Outcome.Ignored, new(Codes.Off, $"the mode of {_at.Policy.Name} is off: nothing is decided"));
        return NotCarriedOut.Of(_at.Policy, _policy) is { } later ? (Outcome.Held, later) : null;
    }

    private Standing Examine(Candidate candidate, string? tag, bool byRequest = false)
    {
        var label = tag is null ? candidate.Label : $"{tag} ({candidate.Digest.Short})";
        if (AlreadyThere(candidate, tag, label) is { } there)
            return there;

        if (_stage.Serving is null)
            return Standing.Of(candidate, tag, Outcome.Held, _stage.Unseen?.Why ?? new("target.unseen", "nobody has looked yet at what runs there"));

        // A person may know what has been mended since; automation does not.
        if (!byRequest && _stage.Failed.TryGetValue(candidate.Key, out var failure))
            return Standing.Of(candidate, tag, Outcome.Refused, new(Codes.Failed, $"{label} did not come up before, and is not tried again by itself: {failure.Sentence}"));

        // An unknown order is no permission: it may be a step back.
        if (byRequest && tag is null && _floors is [{ Image.Tag: { } running }, ..])
            return Standing.Of(candidate, tag, Outcome.Refused, new(
                "candidate.orderUnknown", $"no tag is known for {label}, so nobody can say whether it is newer than {running}, which runs; ask for it by its tag"));

        if (_floors.FirstOrDefault(floor => (floor.BindsPeople || !byRequest) && !IsNewer(candidate, tag, floor, byRequest)) is { } floor)
        {
            return Standing.Of(candidate, tag, Outcome.Ignored, new(
                Codes.Older, $"{label} is not newer than {floor.Image.Label}, which {floor.Where}; nothing goes backwards by itself"));
        }

        return Gated(candidate, tag, label);
    }

    private Standing Gated(Candidate candidate, string? tag, string label)
    {
        var (verdicts, toAsk) = Judging.Of(_at, _state, _policy, candidate, tag);
        var worst = verdicts.MaxBy(verdict => verdict.Finding);
        var (outcome, reason) = worst?.Finding switch
        {
            null or Finding.Pass => (Outcome.Deploying, Started(label, verdicts)),
            Finding.Reject => (Outcome.Refused, worst.Reason),
            _ => (Outcome.Held, Waiting(worst, verdicts)),
        };
        return new(candidate, tag, outcome, reason, verdicts) { ToAsk = toAsk };
    }

    private Reason Started(string label, ImmutableArray<Verdict> verdicts)
    {
        var because = verdicts is [.., var last] ? $": {last.Reason.Sentence}" : "";
        return new("rollout.started", $"{label} is the newest image that {_at.Policy.Name} allows in {_policy.Name}{because}");
    }

    /// <summary>The gravest gate speaks; the others are named, so that nobody mends one and wonders.</summary>
    private static Reason Waiting(Verdict worst, ImmutableArray<Verdict> verdicts)
    {
        var others = verdicts.Where(verdict => verdict.Finding != Finding.Pass && verdict != worst).Select(verdict => verdict.Gate).ToArray();
        return others is [] ? worst.Reason : worst.Reason with { Sentence = $"{worst.Reason.Sentence}; {string.Join(", ", others)} would hold it too" };
    }

    private Standing? AlreadyThere(Candidate candidate, string? tag, string label)
    {
        if (_stage.Rollout is { } rollout && rollout.Release.Images.Values.Any(image => image.Digest == candidate.Digest))
            return Standing.Of(candidate, tag, Outcome.Ignored, new(Codes.UnderWay, $"{label} is being rolled out already, since {rollout.StartedAt:HH:mm:ss}Z"));

        if (_stage.Rollout is null && _stage.Serving?.Image?.Digest == candidate.Digest)
        {
            var revision = _stage.Serving.Revision is { } name ? $" as {name}" : "";
            return Standing.Of(candidate, tag, Outcome.Ignored, new(Codes.Serving, $"{label} runs there already{revision}"));
        }

        return null;
    }

    private Standing NotSelected(Candidate candidate, Selection selection)
    {
        var named = candidate.Tags.FirstOrDefault(selection.Refused.ContainsKey);
        var label = named is null ? candidate.Label : $"{named} ({candidate.Digest.Short})";
        if (AlreadyThere(candidate, named, label) is { } there)
            return there;

        if (selection.Error is { } error)
            return Standing.Of(candidate, named, Outcome.Refused, error);

        return Standing.Of(candidate, named, Outcome.Ignored, named is null
            ? new("candidate.untagged", $"no tag points to {candidate.Digest.Short} any more")
            : selection.Refused[named]);
    }

    private bool IsNewer(Candidate candidate, string? tag, Floor floor, bool byRequest)
    {
        var image = floor.Image;
        // It is the very same: what runs, say, while another one is on its way.
        if (image.Digest == candidate.Digest)
            return false;

        var order = tag is null || image.Tag is null ? null : _at.Policy.Tags.Compare(new(tag, candidate.FirstSeen), new(image.Tag, image.FirstSeen));
        return order switch
        {
            // Somebody chose it when all that was there before could be had: automation goes on with what comes after.
            null when !byRequest => candidate.FirstSeen > (floor.WishedAt ?? image.FirstSeen),
            // A moved tag gives two digests one version: then the one that came later is the newer.
            null or 0 => candidate.FirstSeen > image.FirstSeen,
            _ => order > 0,
        };
    }

    /// <summary>What runs, with the tag and time that we know of its digest by now.</summary>
    private ReleaseImage? Known(ReleaseImage? image)
    {
        if (image is null || _at.Policy.ImageNamed(image.Repository) is not { } name)
            return image;
        if (!_state.Candidates.TryGetValue(Candidate.KeyOf(name, image.Digest), out var candidate))
            return image;

        var tag = image.Tag is { } own && candidate.Tags.Contains(own)
            ? own
            : _at.Policy.Tags.Select([.. candidate.SeenTags], null).Accepted.FirstOrDefault() ?? image.Tag ?? candidate.Tags.FirstOrDefault();
        return image with { Tag = tag, FirstSeen = image.FirstSeen == DateTimeOffset.UnixEpoch ? image.FirstSeen : candidate.FirstSeen };
    }

    /// <summary>An image that nothing older goes ahead of.</summary>
    /// <param name="Image">Which.</param>
    /// <param name="WishedAt">When somebody asked for it, or null.</param>
    /// <param name="Where">For people: what it does.</param>
    private sealed record Floor(ReleaseImage Image, DateTimeOffset? WishedAt, string Where)
    {
        /// <summary>Whether it holds against somebody's wish, too.</summary>
        public bool BindsPeople { get; init; } = true;
    }
}
