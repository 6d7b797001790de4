using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;

namespace CdAutomation.Simulation.Checks;

/// <summary>Asks every gate again, with its own arithmetic and of the world itself, at the instant at which a rollout was decided.</summary>
internal sealed class OnlyWhatPolicyAllows : Checker
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(11);

    private readonly List<(string Pipeline, string Stage, DateTimeOffset At)> _started = [];
    private readonly List<Fact.Answered> _answers = [];

    public override string Invariant => "a rollout is begun only of what the policy in question allowed at that instant";

    public override void See(Fact fact)
    {
        if (fact is Fact.Answered answered)
            _answers.Add(answered);
        if (fact is Fact.Kept kept)
        {
            foreach (var record in kept.Records.Where(record => record.Reason.Code == "rollout.started"))
                Judge(record);
        }
    }

    private void Judge(DecisionRecord record)
    {
        var policies = World.PoliciesOf(record.Commit);
        var pipeline = policies.Pipelines[record.Pipeline];
        var stage = pipeline.Stages.First(each => each.Name == record.Stage);
        var digest = record.Digest!.Value;
        var pushes = World.Registry.All(record.Image!).Where(push => push.Digest == digest && Scenario.Start + push.After <= record.At).ToArray();

        void Demand(bool holds, string what)
        {
            if (!holds)
                Violated($"{record.Tag} ({digest.Short}) was begun at {record.Pipeline}/{record.Stage} at {record.At:HH:mm:ss.fff}: {what}");
        }

        Demand(pipeline.Mode == PolicyMode.Enforce, "the mode of the pipeline is not enforce");
        Demand(pushes.Length > 0, "the registry had no such image");
        Demand(record.Actor is not null || pushes.Any(push => Scenarios.Version.Accepted(push.Tag) is not null), "no tag of it is accepted by the rule");
        Demand(pipeline.MinimumReleaseAge is not { } age || pushes.Any(push => Scenario.Start + push.After + age <= record.At), "it was too young");
        Demand(policies.FreezesOf(pipeline.Name).All(freeze => !Within(freeze.Span.From, freeze.Span.To, record.At.UtcDateTime)), "a freeze was in force");
        Demand(stage.After is not { } after || HasServed(pipeline, after, digest, record.At), "the stage before had not proved it for long enough");
        if (pipeline.Platform is not null)
            Demand(SaidYes("platform", record), "nobody had said yes for platform");
        foreach (var gate in stage.Gates)
            Demand(Allows(gate, record), $"gate {gate.Name} did not allow it");
        _started.Add((record.Pipeline, record.Stage!, record.At));
    }

    private bool Allows(Gate gate, DecisionRecord record) => gate switch
    {
        Gate.Build => World.BuiltWell(record.Digest!.Value) <= record.At,
        Gate.Windows windows => windows.All.All(window => IsOpen(window, record.At) == (window.Kind == WindowKind.Allow)),
        Gate.Rate rate => _started.Count(each => each.Pipeline == record.Pipeline && each.Stage == record.Stage && each.At > record.At - rate.Per) < rate.AtMost,
        _ => SaidYes(gate.Name, record),
    };

    private bool HasServed(PipelinePolicy pipeline, Gate.After after, Digest digest, DateTimeOffset at)
    {
        var target = pipeline.Stages.First(stage => stage.Name == after.Stage).Targets[0];
        return World.Run.Of(target.ResourceName).HasServed(digest, DateTimeOffset.MinValue, at - after.SoakTime);
    }

    private bool SaidYes(string gate, DecisionRecord record) => _answers.Any(answer =>
        answer.Question.Gate.Name == gate && answer.Question.Pipeline == record.Pipeline && answer.Question.Stage == record.Stage
        && answer.Question.Commit == record.Commit && answer.Question.Image.Digest == record.Digest
        && answer.Finding == Finding.Pass && answer.At <= record.At && answer.At >= record.At - Fresh);

    /// <summary>Every generated window is open every day, within one day, in a zone without daylight saving.</summary>
    private static bool IsOpen(Window window, DateTimeOffset at)
    {
        var schedule = (Schedule.Weekly)window.Schedule;
        var wall = TimeOnly.FromDateTime(at.UtcDateTime.AddHours(window.TimeZone == "Asia/Tokyo" ? 9 : 0));
        return schedule.From < schedule.To ? wall >= schedule.From && wall < schedule.To : wall >= schedule.From || wall < schedule.To;
    }

    private static bool Within(DateTime from, DateTime to, DateTime at) => from <= at && at < to;
}
