using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
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
            foreach (var begun in Beginning.Of(kept))
            {
                foreach (var record in begun.Records)
                    Judge(record);
                _started.Add((begun.Pipeline, begun.Stage, begun.First.At));
            }
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

        // Whoever broke the glass has said which gates are not asked; all the others are.
        var skips = SkippedBy(record);

        Demand(pipeline.Mode == PolicyMode.Enforce, "the mode of the pipeline is not enforce");
        Demand(pushes.Length > 0, "the registry had no such image");
        Demand(record.Actor is not null || pushes.Any(push => Scenarios.Version.Accepted(push.Tag) is not null), "no tag of it is accepted by the rule");
        Demand(
            skips.Contains("minimumReleaseAge") || pipeline.MinimumReleaseAge is not { } age || pushes.Any(push => Scenario.Start + push.After + age <= record.At),
            "it was too young");
        Demand(
            skips.Contains("freeze") || policies.FreezesOf(pipeline.Name).All(freeze => !Within(freeze.Span.From, freeze.Span.To, record.At.UtcDateTime)),
            "a freeze was in force");
        Demand(
            skips.Contains("after") || stage.After is not { } after || HasServed(pipeline, after, record, record.At),
            "the stage before had not proved it for long enough");
        if (pipeline.Platform is not null)
            Demand(SaidYes("platform", record), "nobody had said yes for platform");
        foreach (var gate in stage.Gates.Where(gate => !skips.Contains(gate.Name)))
            Demand(Allows(gate, record), $"gate {gate.Name} did not allow it");
    }

    private HashSet<string> SkippedBy(DecisionRecord record) => record.Actor != Glass.Actor ? [] :
    [
        .. World.Scenario.Glasses
            .Where(glass => glass.Pipeline == record.Pipeline && (glass.Stage ?? record.Stage) == record.Stage && Scenario.Start + glass.After <= record.At)
            .SelectMany(glass => glass.Skips),
    ];

    private bool Allows(Gate gate, DecisionRecord record) => gate switch
    {
        Gate.Build => World.BuiltWell(record.Digest!.Value) <= record.At,
        Gate.Windows windows => windows.All.All(window => IsOpen(window, record.At) == (window.Kind == WindowKind.Allow)),
        Gate.Rate rate => _started.Count(each => each.Pipeline == record.Pipeline && each.Stage == record.Stage && each.At > record.At - rate.Per) < rate.AtMost,
        // Who may vote and who has, ApprovalsCountPeople asks.
        Gate.Approvals => true,
        _ => SaidYes(gate.Name, record),
    };

    /// <summary>The stage before may use only some of the images: then it proves those.</summary>
    private bool HasServed(PipelinePolicy pipeline, Gate.After after, DecisionRecord record, DateTimeOffset at) => pipeline.Stages
        .First(stage => stage.Name == after.Stage).Targets.Where(target => pipeline.Images[target.Image] == record.Image)
        .All(target => World.Run.TargetOf(target.ResourceName).HasServed(record.Digest!.Value, DateTimeOffset.MinValue, at - after.SoakTime));

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
