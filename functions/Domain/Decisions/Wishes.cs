using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in that somebody asked for an image.</summary>
internal static class Wishes
{
    public static Taken Take(Taken taken, Observation.DeployAsked asked)
    {
        if (asked.ImageName is not { } name)
        {
            return taken.Tell(Outcome.Refused, asked.Image.Repository, asked.Image.Tag, asked.Image.Digest, new(
                "deploy.notOurs", $"{asked.Image.Repository} is no repository of this pipeline; it takes {string.Join(", ", taken.At.Policy.Images.Values)}"), actor: asked.Actor);
        }

        if (asked.Lookup is not TagLookup.Found found)
        {
            var why = asked.Lookup is TagLookup.Unknown unknown
                ? unknown.Reason
                : new Reason("deploy.noSuchImage", $"the registry has no {asked.Image}; push it first");
            return taken.Tell(Outcome.Refused, asked.Image.Repository, asked.Image.Tag, asked.Image.Digest, why, actor: asked.Actor);
        }

        if (asked.Stage is { } only && taken.At.Policy.Stages.All(stage => stage.Name != only))
        {
            return taken.Tell(Outcome.Refused, asked.Image.Repository, asked.Image.Tag, asked.Image.Digest, new(
                "deploy.noSuchStage",
                $"{taken.At.Policy.Name} has no stage {only}; it has {string.Join(", ", taken.At.Policy.Stages.Select(stage => stage.Name))}"), actor: asked.Actor);
        }

        if (!asked.Skips.IsEmpty)
            taken = People.BreaksGlass(taken, asked);
        var state = taken.State;
        if (asked.Image.Tag is { } tag)
            state = Intake.Untagged(state, name, tag, found.Digest);
        state = Intake.Tagged(state, name, asked.Image.Repository, found.Digest, asked.Image.Tag, taken.At.Now, taken.At.Origin);

        var key = Candidate.KeyOf(name, found.Digest);
        foreach (var stage in taken.At.Policy.Stages.Where(stage => asked.Stage is null || stage.Name == asked.Stage))
        {
            var request = new Request(key, asked.Actor, taken.At.Now) { Skips = asked.Skips, Reason = asked.Reason, Origin = taken.At.Origin };
            state = state with { Stages = state.Stages.SetItem(stage.Name, state.StageNamed(stage.Name) with { Request = request }) };
        }

        return Questions.AskedFor(taken with { State = state }, key).Name(key, asked.Image.Tag);
    }

    /// <summary>The same request again wishes nothing anew; whoever sends it is told how the image stands by now.</summary>
    public static Taken TakenBefore(Taken taken, Observation.DeployAsked asked) =>
        asked is { ImageName: { } name, Lookup: TagLookup.Found found } && Candidate.KeyOf(name, found.Digest) is var key && taken.State.Candidates.ContainsKey(key)
            ? taken.Name(key, asked.Image.Tag)
            : taken;
}
