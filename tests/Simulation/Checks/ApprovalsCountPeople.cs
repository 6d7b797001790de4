using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;

namespace CdAutomation.Simulation.Checks;

/// <summary>Counts by what was said in the simulated world, and by who may say it; of the journal it takes only that, and when, it was heard.</summary>
internal sealed class ApprovalsCountPeople : Checker
{
    private readonly List<(string Pipeline, string Stage, string Commit, Digest Digest, Person Who, bool Approves, DateTimeOffset At)> _voices = [];

    public override string Invariant => "where people are asked, so many different people who may vote have said yes to this digest under this policy, and none no";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;
        foreach (var record in kept.Records.Where(record => record.Reason.Code is "people.approve" or "people.reject"))
            Hear(record);
        foreach (var begun in Beginning.Of(kept))
            Judge(begun);
    }

    public override void End()
    {
        var waiting = World.Store.LastRecords.Where(last => last is { Outcome: Outcome.Held, Reason.Code: "approvals.awaited" });
        foreach (var last in waiting.Where(last => last.Commit == World.Scenario.LastPolicies.Commit))
        {
            // Of several images the voices are for the set that there was then.
            var policy = World.Scenario.LastPolicies.Pipelines[last.Pipeline];
            if (policy.Images.Count > 1 || GateOf(policy, last.Stage!) is not { Deadline: null, NotAuthor: false } gate)
                continue;
            var yes = Of(last.Pipeline, last.Stage!, last.Commit, [last.Digest!.Value], gate);
            if (yes.All(voice => voice.Approves) && yes.Select(voice => voice.Who).Distinct().Count() >= gate.Count)
                Violated($"{last.Tag} ({last.Digest.Value.Short}) waits for people at {last.Pipeline}/{last.Stage}, and enough have said yes");
        }
    }

    private void Hear(DecisionRecord record)
    {
        var approves = record.Reason.Code == "people.approve";
        var said = World.Scenario.Voices.FirstOrDefault(voice => voice.Pipeline == record.Pipeline && voice.Stage == record.Stage && voice.Approves == approves
            && voice.Spelt == record.Actor && Scenario.Start + voice.After <= record.At);
        if (said is null)
            Violated($"{record.Actor} is said to have spoken for {record.Digest?.Short} at {record.Pipeline}/{record.Stage}, and has not");
        else
            _voices.Add((record.Pipeline, record.Stage!, record.Commit, record.Digest!.Value, said.Who, approves, record.At));
    }

    private void Judge(Beginning begun)
    {
        var policy = World.PoliciesOf(begun.First.Commit).Pipelines[begun.Pipeline];
        if (GateOf(policy, begun.Stage) is not { } gate || begun.First.Actor == Glass.Actor)
            return;

        // A yes to one image of a release is a yes to the release, be it an image that the stage does not use.
        Digest[] digests = [.. begun.Digests];
        bool isOfIt(Digest voiced) => policy.Images.Count > 1 && Families.AreOne(World, policy, [.. digests, voiced]);
        Digest[] whole = [.. _voices.Select(voice => voice.Digest).Where(isOfIt).Concat(digests)];
        var people = Of(begun.Pipeline, begun.Stage, begun.First.Commit, whole, gate).Where(voice => voice.Approves).Select(voice => voice.Who).Distinct().Count();
        if (people < gate.Count)
            Violated($"{begun.Label} was begun at {begun.Pipeline}/{begun.Stage} with the voices of {people} people, and {gate.Count} are wanted");
        if (Of(begun.Pipeline, begun.Stage, begun.First.Commit, digests, gate).Any(voice => !voice.Approves))
            Violated($"{begun.Label} was begun at {begun.Pipeline}/{begun.Stage}, and somebody had said no");
        if (gate.NotAuthor)
            Violated($"{begun.Label} was begun at {begun.Pipeline}/{begun.Stage}, and nobody knows whose commit it is, whose voice does not count");
    }

    private (Person Who, bool Approves)[] Of(string pipeline, string stage, string commit, Digest[] digests, Gate.Approvals gate) =>
    [
        .. _voices
            .Where(voice => voice.Pipeline == pipeline && voice.Stage == stage && voice.Commit == commit && digests.Contains(voice.Digest))
            .Where(voice => gate.From.IsEmpty || voice.Who.Principals.Any(gate.From.Contains))
            .Select(voice => (voice.Who, voice.Approves)),
    ];

    private static Gate.Approvals? GateOf(Domain.Policies.PipelinePolicy policy, string stage) =>
        policy.Stages.First(each => each.Name == stage).Gates.OfType<Gate.Approvals>().FirstOrDefault();
}
