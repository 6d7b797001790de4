using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in what people say. Everybody's word has its line in the journal, with who and why, also where it changes nothing.</summary>
internal static class People
{
    public static Taken Take(Taken taken, Observation.Said said) => said.Command.Match(
        hold => AtStage(taken, said, hold.Stage, (stage, state) => taken
            .WithStage(stage.Name, state with { Hold = Why(taken, said, hold.Until) })
            .Noting(said, stage.Name, "hold", $"{stage.Name} takes nothing new{Until(hold.Until)}")),
        resume => AtStage(taken, said, resume.Stage, (stage, state) => Resume(taken, said, stage, state)),
        pin => AtStage(taken, said, pin.Stage, (stage, state) => WithImage(taken, said, pin.Image, stage.Name, candidate => Pin(taken, said, stage, state, pin, candidate))),
        unpin => AtStage(taken, said, unpin.Stage, (stage, state) => state.Pin is null
            ? Refused(taken, said, stage.Name, "unpin.notPinned", $"{stage.Name} is not pinned")
            : taken.WithStage(stage.Name, state with { Pin = null }).Noting(said, stage.Name, "unpin", $"{stage.Name} is no longer pinned to {state.Pin.Label}")),
        freeze => (taken with { State = taken.State with { Freeze = Why(taken, said, freeze.Until) } })
            .Noting(said, null, "freeze", $"nothing moves in {taken.At.Policy.Name}{Until(freeze.Until)}"),
        unfreeze => taken.State.Freeze is null
            ? Refused(taken, said, null, "unfreeze.notFrozen", $"{taken.At.Policy.Name} is not frozen by anybody")
            : (taken with { State = taken.State with { Freeze = null } }).Noting(said, null, "unfreeze", $"{taken.At.Policy.Name} moves again"),
        quarantine => WithImage(taken, said, quarantine.Image, null, candidate => (taken with
        {
            State = taken.State with { Quarantined = taken.State.Quarantined.SetItem(candidate.Key, Why(taken, said, null)) },
        }).Noting(said, null, "quarantine", $"{candidate.Label} is never taken again", candidate)),
        unquarantine => WithImage(taken, said, unquarantine.Image, null, candidate => Unquarantine(taken, said, candidate)),
        vote => AtStage(taken, said, vote.Stage, (stage, state) => WithImage(taken, said, vote.Image, stage.Name, candidate => Vote(taken, said, stage, state, vote, candidate))),
        rollback => AtStage(taken, said, rollback.Stage, (stage, state) => Rollbacks.Begin(taken, said, stage, state, rollback)));

    /// <summary>Whoever breaks the glass is heard by everybody.</summary>
    public static Taken BreaksGlass(Taken taken, Observation.DeployAsked asked)
    {
        var reason = new Reason("breakGlass", $"{asked.Actor} broke the glass: {asked.Reason}; "
            + $"{string.Join(", ", asked.Skips)} {(asked.Skips.Length == 1 ? "is" : "are")} not asked, and verification is");
        taken = taken.Tell(Outcome.Said, asked.Image.Repository, asked.Image.Tag, asked.Image.Digest, reason, stage: asked.Stage, actor: asked.Actor);
        foreach (var stage in taken.At.Policy.Stages.Where(stage => asked.Stage is null || stage.Name == asked.Stage))
        {
            // Decided again for the same cause, it is the same news.
            var id = $"{stage.Name}/{asked.Image.Tag ?? asked.Image.Digest?.Short}/{taken.At.Cause}/breakGlass";
            taken = taken.Owing(new Effect.Announce(id, taken.At.Now, 0, new(
                id, "breakGlass", taken.At.Policy.Name, stage.Name, stage.Targets[0].ResourceName, asked.Image.ToString(), asked.Image.Tag, null,
                taken.At.Commit, taken.At.Now, reason)));
        }

        return taken;
    }

    /// <summary>A word that cannot count, and why.</summary>
    public static Taken Refused(Taken taken, Observation.Said said, string? stage, string code, string sentence) =>
        taken.Tell(Outcome.Refused, taken.At.Policy.Images.Values.First(), null, null, new(code, sentence), stage: stage, actor: said.Actor);

    /// <summary>A word that counts from now on.</summary>
    public static Taken Noting(this Taken taken, Observation.Said said, string? stage, string what, string sentence, Candidate? about = null)
    {
        var why = said.Command.Reason is { } reason ? $": {Images.Excerpt.Of(reason)}" : "";
        return taken.Tell(
            Outcome.Said, about?.Repository ?? taken.At.Policy.Images.Values.First(), about?.Tags.FirstOrDefault(), about?.Digest,
            new($"people.{what}", $"{sentence}, says {said.Actor}{why}"), stage: stage, actor: said.Actor, story: $"people.{what}@{taken.At.Now.ToUnixTimeMilliseconds()}");
    }

    private static Taken Resume(Taken taken, Observation.Said said, StagePolicy stage, StageState state)
    {
        var waits = state.Rollout is { Trouble: null, Step: RolloutStep.Pause };
        if (state.Hold is null && state.Drifts.IsEmpty && !waits)
            return Refused(taken, said, stage.Name, "resume.notHeld", $"{stage.Name} is not held");

        // What somebody made of it by hand is looked at anew, and is what is gone on from.
        var drifted = !state.Drifts.IsEmpty && state.Rollout is null;
        return taken
            .WithStage(stage.Name, state with
            {
                Hold = null,
                Drifts = state.Drifts.Clear(),
                Serving = drifted ? null : state.Serving,
                Footings = drifted ? state.Footings.Clear() : state.Footings,
                Rollout = waits ? state.Rollout! with { GoesOnUnproved = true, Until = taken.At.Now } : state.Rollout,
            })
            .Noting(said, stage.Name, "resume", waits
                ? $"{state.Rollout!.Release.Label} goes on in {stage.Name} without waiting any longer"
                : drifted ? $"{stage.Name} goes on from what somebody made of it" : $"{stage.Name} takes releases again");
    }

    private static Taken Pin(Taken taken, Observation.Said said, StagePolicy stage, StageState state, Command.Pin pin, Candidate candidate)
    {
        var runs = state.Serving?.Release?.Has(candidate.Key) == true;
        return taken
            .WithStage(stage.Name, state with
            {
                Pin = new(candidate.Key, candidate.Label, Why(taken, said, pin.Until)),
                Request = runs ? null : new(candidate.Key, said.Actor, taken.At.Now) { Reason = pin.Reason },
            })
            .Noting(said, stage.Name, "pin", $"{stage.Name} stays on {candidate.Label}{Until(pin.Until)}", candidate);
    }

    private static Taken Unquarantine(Taken taken, Observation.Said said, Candidate candidate)
    {
        var stages = taken.State.Stages.ToDictionary(stage => stage.Key, stage => stage.Value with
        {
            Failed = stage.Value.Failed.RemoveRange(stage.Value.Failed.Keys.Where(key => key == candidate.Key || IsReleaseOf(taken, key, candidate))),
        });
        var had = taken.State.Quarantined.ContainsKey(candidate.Key) || stages.Any(stage => stage.Value.Failed.Count < taken.State.StageNamed(stage.Key).Failed.Count);
        if (!had)
            return Refused(taken, said, null, "unquarantine.notQuarantined", $"{candidate.Label} is not quarantined");
        taken = taken with { State = taken.State with { Quarantined = taken.State.Quarantined.Remove(candidate.Key), Stages = taken.State.Stages.SetItems(stages) } };
        return taken.Noting(said, null, "unquarantine", $"{candidate.Label} may be taken again", candidate).Name(candidate.Key, null);
    }

    private static bool IsReleaseOf(Taken taken, string key, Candidate candidate) =>
        new Offers(taken.At.Policy, taken.State).Of(candidate).Key == key;

    private static Taken Vote(Taken taken, Observation.Said said, StagePolicy stage, StageState state, Command.Vote vote, Candidate candidate)
    {
        if (stage.Gates.OfType<Gate.Approvals>().FirstOrDefault() is not { } gate)
            return Refused(taken, said, stage.Name, "vote.notAsked", $"{stage.Name} asks for no approvals");
        if (!gate.From.IsEmpty && !said.Principals.Any(principal => gate.From.Contains(principal, StringComparer.OrdinalIgnoreCase)))
            return Refused(taken, said, stage.Name, "vote.mayNot", $"{said.Actor} may not vote at {stage.Name}, which asks {string.Join(", ", gate.From)}");

        var offers = new Offers(taken.At.Policy, taken.State);
        var key = (candidate.Tags.Contains(vote.Image) ? offers.Of(candidate, vote.Image) : offers.Of(candidate)).Key;
        var voice = new Vote(said.Actor, said.Principals, vote.Approves, taken.At.Now, vote.Reason);
        // A yes is to what there is now; a no is to the image, whatever comes to be released with it.
        var approvals = vote.Approves || key == candidate.Key ? With(state.Approvals, key) : With(With(state.Approvals, key), candidate.Key);
        return taken
            .WithStage(stage.Name, state with { Approvals = approvals })
            .Noting(said, stage.Name, vote.Approves ? "approve" : "reject", $"{candidate.Label} {(vote.Approves ? "may go to" : "must not go to")} {stage.Name}", candidate)
            .Name(candidate.Key, null);

        ImmutableSortedDictionary<string, ApprovalRound> With(ImmutableSortedDictionary<string, ApprovalRound> rounds, string of)
        {
            var round = rounds.GetValueOrDefault(of, new(taken.At.Now, []));
            return rounds.SetItem(of, round with { Votes = round.Votes.Add(voice) });
        }
    }

    private static Taken AtStage(Taken taken, Observation.Said said, string name, Func<StagePolicy, StageState, Taken> then) =>
        taken.At.Policy.StageNamed(name) is { } stage
            ? then(stage, taken.State.StageNamed(name))
            : Refused(taken, said, null, "stage.unknown", $"{taken.At.Policy.Name} has no stage {Images.Excerpt.Of(name)}; "
                + $"it has {string.Join(", ", taken.At.Policy.Stages.Select(each => each.Name))}");

    private static Taken WithImage(Taken taken, Observation.Said said, string named, string? stage, Func<Candidate, Taken> then)
    {
        var found = taken.State.Candidates.Values.Where(candidate => candidate.Tags.Contains(named) || candidate.Digest.IsNamedBy(named)).Take(2).ToArray();
        return found switch
        {
            [var one] => then(one),
            [] => Refused(taken, said, stage, "image.unknown", $"nothing is known of {Images.Excerpt.Of(named)}; name an image by a tag or by the beginning of its digest"),
            // Several images of one release bear one tag: any of them stands for it.
            _ when found.Select(candidate => candidate.Image).Distinct().Count() > 1 => then(found[0]),
            _ => Refused(taken, said, stage, "image.ambiguous", $"{Images.Excerpt.Of(named)} names several images; give more of the digest"),
        };
    }

    private static Standstill Why(Taken taken, Observation.Said said, DateTimeOffset? until) =>
        new(said.Command.Reason ?? "no reason was given", said.Actor, taken.At.Now, until);

    private static string Until(DateTimeOffset? until) =>
        until is { } end ? $" until {end.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}Z" : "";
}
