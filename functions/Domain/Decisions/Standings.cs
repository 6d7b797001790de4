using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Works out how every release that could be stands at a stage: by the tag rules, by what runs, by the gates, and by who is best.</summary>
internal sealed class Standings
{
    private readonly Situation _at;
    private readonly PipelineState _state;
    private readonly StagePolicy _policy;
    private readonly StageState _stage;
    private readonly ImmutableHashSet<string> _used;
    private readonly Offers _offers;
    private readonly Floors _floors;

    private Standings(Situation at, PipelineState state, StagePolicy policy)
    {
        (_at, _state, _policy, _stage, _used) = (at, state, policy, state.StageNamed(policy.Name), policy.ImagesUsed);
        (_offers, _floors) = (new Offers(at.Policy, state), new Floors(at.Policy, state, _stage));
    }

    /// <summary>Every standing, best first; whoever stands at <see cref="Outcome.Deploying"/> is the one to take, and there is at most one.</summary>
    public static ImmutableArray<Standing> Of(Situation at, PipelineState state, StagePolicy policy) => new Standings(at, state, policy).All();

    private ImmutableArray<Standing> All()
    {
        if (Closed() is { } closed)
            return [.. _state.Candidates.Values.Select(candidate => Standing.Of(Offer.Of(candidate, candidate.Tags.FirstOrDefault()), closed.Outcome, closed.Reason))];

        var all = ImmutableArray.CreateBuilder<Standing>();
        if (_stage.Request is { } request && _state.Candidates.TryGetValue(request.Candidate, out var asked))
            all.Add(Examine(_offers.Of(asked), request));

        var selection = _at.Policy.Tags.Select([.. _state.Candidates.Values.SelectMany(candidate => candidate.SeenTags)], _floors.Running?.Lead.Tag);
        var wished = all is [var first] ? first.Offer.Key : null;
        foreach (var offer in _offers.By(selection.Accepted).Where(offer => offer.Key != wished))
            all.Add(Examine(offer, null));

        var examined = all.SelectMany(standing => standing.Offer.Images).Select(candidate => candidate.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, candidate) in _state.Candidates.Where(each => !examined.Contains(each.Key)))
            all.Add(NotSelected(candidate, selection));

        return Turns.Of(all.ToImmutable(), inOrder: _policy.Strategy.Canary?.Newer == OnNewer.Queue);
    }

    /// <summary>Why the stage takes nothing at all, or null where it does.</summary>
    private (Outcome Outcome, Reason Reason)? Closed()
    {
        if (_at.Policy.Mode == PolicyMode.Off)
            return (Outcome.Ignored, new(Codes.Off, $"the mode of {_at.Policy.Name} is off: nothing is decided"));
        return NotCarriedOut.Of(_policy) is { } later ? (Outcome.Held, later) : null;
    }

    private Standing Examine(Offer offer, Request? request)
    {
        if (AlreadyThere(offer) is { } there)
            return there;

        if (_stage.Serving is null)
            return Standing.Of(offer, Outcome.Held, _stage.Unseen?.Why ?? new("target.unseen", "nobody has looked yet at what runs there"));

        if (Quarantined(offer, request) is { } quarantined)
            return Standing.Of(offer, Outcome.Refused, quarantined);

        // An unknown order is no permission: it may be a step back.
        if (request is not null && offer.Tag is null && _floors.Foremost?.Lead.Tag is { } running)
            return Standing.Of(offer, Outcome.Refused, new(
                "candidate.orderUnknown", $"no tag is known for {offer.Label}, so nobody can say whether it is newer than {running}, which runs; ask for it by its tag"));

        if (_floors.Above(offer, request is not null) is { } older)
            return Standing.Of(offer, Outcome.Ignored, older);

        return Incomplete(offer) ?? Busy(offer, request) ?? Gated(offer, request);
    }

    private Reason? Quarantined(Offer offer, Request? request)
    {
        if (offer.Images.Select(candidate => _state.Quarantined.GetValueOrDefault(candidate.Key)).FirstOrDefault(why => why?.Holds(_at.Now) == true) is { } why)
            return new("candidate.quarantined", $"{offer.Label} is quarantined by {why.Actor ?? "automation"}: {why.Reason}");

        // A person may know what has been mended since; automation does not.
        if (request is not null)
            return null;
        var failure = _at.Policy.Stages
            // What failed at a stage are the images that it uses.
            .Where(stage => !_state.StageNamed(stage.Name).Failed.IsEmpty)
            .Select(stage => (Stage: stage.Name, Why: _state.StageNamed(stage.Name).Failed.GetValueOrDefault(offer.Release.Of(stage.ImagesUsed).Key)))
            .FirstOrDefault(each => each.Why is not null);
        return failure.Why is null
            ? null
            : new(Codes.Failed, $"{offer.Label} did not do well at {failure.Stage} before, and is not tried again by itself: {failure.Why.Sentence}");
    }

    private Standing? Incomplete(Offer offer)
    {
        if (!offer.Missing.IsEmpty)
        {
            var there = string.Join(" and ", offer.Images.Select(candidate => candidate.Image));
            return Standing.Of(offer, Outcome.Held, new(
                "release.incomplete", $"{offer.Label} waits for {string.Join(" and ", offer.Missing)}; there {(offer.Images.Length == 1 ? "is" : "are")} {there} so far"));
        }

        var quiet = offer.FirstSeen + _at.Patience.Quiet;
        return offer.Images.Length == 1 || _at.Now >= quiet
            ? null
            : Standing.Of(offer, Outcome.Held, new(
                "release.settling", $"{offer.Label} is complete; its tags get {_at.Patience.Quiet.TotalSeconds:0} s to settle")) with
            { Until = quiet };
    }

    /// <summary>A rollout that is to be finished first, or that somebody asked for to go back, is not overtaken.</summary>
    private Standing? Busy(Offer offer, Request? request)
    {
        if (_stage.Rollout is not { } rollout)
            return null;
        // A job that has been started goes on whoever is overtaken: the next one waits for its end, and has its own time then.
        if (rollout.Step is RolloutStep.Predeploy { Job.Job: var job } && rollout.Trouble is null && request is null)
            return Standing.Of(offer, Outcome.Held, new("stage.busy", $"job {job} runs for {rollout.Release.Label} first; {offer.Label} is decided on after it"));
        if (rollout.Trouble is not null)
            return Standing.Of(offer, Outcome.Held, new("stage.busy", $"{rollout.Release.Label} is taken back first; {offer.Label} is decided on after it"));
        var finishes = _policy.Strategy.Canary is { Newer: not OnNewer.Replace } && request is null;
        return rollout.IsRollback || finishes
            ? Standing.Of(offer, Outcome.Held, new(
                "stage.busy", $"{rollout.Release.Label} is {(rollout.IsRollback ? "gone back to" : "rolled out")} first; {offer.Label} is decided on after it"))
            : null;
    }

    private Standing Gated(Offer offer, Request? request)
    {
        var (verdicts, toAsk) = Judging.Of(_at, _state, _policy, offer, request);
        var worst = verdicts.MaxBy(verdict => verdict.Finding);
        var (outcome, reason) = worst?.Finding switch
        {
            null or Finding.Pass => (Outcome.Deploying, Started(offer.Label, verdicts)),
            Finding.Reject => (Outcome.Refused, worst.Reason),
            _ => (Outcome.Held, Waiting(worst, verdicts)),
        };
        return new(offer, outcome, reason, verdicts) { ToAsk = toAsk };
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

    private Standing? AlreadyThere(Offer offer)
    {
        if (_stage.Rollout is { Trouble: null } rollout && IsSame(offer, rollout.Release))
            return Standing.Of(offer, Outcome.Ignored, new(Codes.UnderWay, $"{offer.Label} is being rolled out already, since {rollout.StartedAt:HH:mm:ss}Z"));

        if (_stage.Rollout is null or { Trouble: not null } && IsSame(offer, _stage.Serving?.Release))
        {
            var revision = _stage.Serving!.Revision is { } name ? $" as {name}" : "";
            return Standing.Of(offer, Outcome.Ignored, new(Codes.Serving, $"{offer.Label} runs there already{revision}"));
        }

        return null;
    }

    /// <summary>Whether the stage would get what it has, of the images that it uses.</summary>
    private bool IsSame(Offer offer, Release? release)
    {
        var own = offer.Images.Where(candidate => _used.Contains(candidate.Image)).ToImmutableArray();
        return release is not null && own.Length > 0 && own.Length == _used.Count
            && own.All(candidate => release.Images.TryGetValue(candidate.Image, out var image) && image.Digest == candidate.Digest);
    }

    private Standing NotSelected(Candidate candidate, Selection selection)
    {
        var named = candidate.Tags.FirstOrDefault(selection.Refused.ContainsKey);
        var offer = Offer.Of(candidate, named);
        if (_at.Policy.Images.Count == 1 && AlreadyThere(offer) is { } there)
            return there;

        if (selection.Error is { } error)
            return Standing.Of(offer, Outcome.Refused, error);

        return Standing.Of(offer, Outcome.Ignored, named is null
            ? new("candidate.untagged", $"no tag points to {candidate.Digest.Short} any more")
            : selection.Refused[named]);
    }
}
