using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.CloudRun;
using Google.Cloud.Run.V2;
using State = Google.Cloud.Run.V2.Condition.Types.State;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>The job <c>nightly</c>, as it is before each story, and the orders to it.</summary>
internal static class Nightly
{
    public static readonly Target Target = new("acme", "asia-northeast1", "nightly", "batch", null, TargetKind.Job);

    public static readonly Footing Footing = new(ImageReference.Parse(Web.Before), null);

    public static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Execution => $"{Target.ResourceName}/executions/nightly-r1";

    public static Task<ScriptedJob> StartAsync() => ScriptedJob.StartAsync(new Job
    {
        Name = Target.ResourceName,
        Generation = 1,
        ObservedGeneration = 1,
        Etag = "\"1\"",
        LastModifier = "terraform@example.com",
        Annotations = { ["owner"] = "team-batch" },
        Template = new ExecutionTemplate
        {
            TaskCount = 3,
            Template = new TaskTemplate { Containers = { new Container { Name = "batch", Image = Web.Before, Args = { "--all" } } }, MaxRetries = 3 },
        },
        TerminalCondition = new Condition { Type = "Ready", State = State.ConditionSucceeded },
    });

    public static Effect.Apply Order(int percent = 100, string? runAs = null) => Web.Order(Target) with { Percent = percent, RunAs = runAs };

    public static Effect.RunOnce Once(string[]? args = null, string runAs = "r1", DateTimeOffset? deadline = null) => new(
        "order-5", DateTimeOffset.UnixEpoch, 0, "production", Target, Web.Order().Image, args?.ToImmutableArray() ?? [], runAs, deadline ?? Later);

    public static Task<StepResult> ApplyAsync(ScriptedJob run, Effect.Apply? order = null, Func<bool>? stillWanted = null, TimeSpan? budget = null) =>
        With(run, (targets, wanted) => targets.ApplyAsync(order ?? Order(), wanted, CancellationToken.None), stillWanted, budget);

    public static Task<StepResult> TakeBackAsync(ScriptedJob run, Footing? before = null, ReleaseImage? image = null)
    {
        var order = Web.Return(before ?? Footing, Target);
        return With(run, (targets, wanted) => targets.TakeBackAsync(order with { Image = image ?? order.Image }, wanted, CancellationToken.None));
    }

    public static Task<StepResult> RunAsync(ScriptedJob run, Effect.RunOnce? order = null, Func<bool>? stillWanted = null, TimeSpan? budget = null) =>
        With(run, (targets, wanted) => targets.RunOnceAsync(order ?? Once(), wanted, CancellationToken.None), stillWanted, budget);

    public static async Task<TargetView> ReadAsync(ScriptedJob run)
    {
        using var targets = new CloudRunTargets(Web.Options(run.Address), new Tokens(), TimeProvider.System);
        return await targets.ReadAsync(Target, CancellationToken.None);
    }

    /// <summary>Lets executions end when they are seen for the first time.</summary>
    public static void Ends(this ScriptedJob run, State state, Action<Condition>? how = null) => run.OnStart = execution =>
    {
        var end = new Condition { Type = "Completed", State = state };
        how?.Invoke(end);
        execution.Conditions.Add(new Condition { Type = "Started", State = State.ConditionSucceeded });
        execution.Conditions.Add(end);
        execution.RunningCount = 0;
        (execution.SucceededCount, execution.FailedCount) = state is State.ConditionSucceeded ? (3, 0) : (2, 1);
    };

    private static async Task<StepResult> With(
        ScriptedJob run,
        Func<CloudRunTargets, Func<CancellationToken, ValueTask<bool>>, Task<StepResult>> act,
        Func<bool>? stillWanted = null,
        TimeSpan? budget = null)
    {
        var options = Web.Options(run.Address);
        using var targets = new CloudRunTargets(options with { Budget = budget ?? options.Budget }, new Tokens(), TimeProvider.System);
        return await act(targets, _ => ValueTask.FromResult(stillWanted?.Invoke() ?? true));
    }
}
