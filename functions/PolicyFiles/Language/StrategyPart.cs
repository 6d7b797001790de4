using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>strategy</c> and <c>notify</c>.</summary>
internal static class StrategyPart
{
    /// <summary>The strategy; a part in which something is wrong is left out of it.</summary>
    /// <param name="images">The pipeline's images; null where they could not be read.</param>
    public static Strategy Read(Fields strategy, NameTable? images, ProblemList problems)
    {
        Fields? Part(string name) => strategy.Mapping(StrategyModel.Shape.Keys.First(key => key.Name == name));
        return new Strategy(
            Part("predeploy") is { } predeploy ? Predeploy(predeploy, images, problems) : null,
            Part("verify")?.Mapping(StrategyModel.Http) is { } http ? Verification(http, problems) : null,
            Part("canary") is { } canary ? Canary(canary, problems) : null,
            Part("analysis") is { } analysis ? Analysis(analysis) : null,
            Part("autoRollback") is { } back ? new AutoRollback(back.Flag(StrategyModel.Hold) ?? false) : null);
    }

    /// <summary>Who is told.</summary>
    public static ImmutableArray<Notification> Notify(Fields stage, string name, ProblemList problems)
    {
        var told = ImmutableArray.CreateBuilder<Notification>();
        foreach (var fields in stage.Items(PipelineModel.Notify).Select(item => Fields.Of(item, StrategyModel.Notification, problems)).OfType<Fields>())
        {
            if (fields.Has(StrategyModel.Slack))
                problems.Later(fields.KeyAt(StrategyModel.Slack), "'notify.slack'", name);
            if (fields.Text(StrategyModel.Slack) is { } channel)
                told.Add(new Notification.Slack(channel));
            if (fields.Text(StrategyModel.PubSub) is { } topic)
                told.Add(new Notification.PubSub(topic));
        }
        return told.ToImmutable();
    }

    private static Predeploy? Predeploy(Fields fields, NameTable? images, ProblemList problems)
    {
        var image = fields.Text(StrategyModel.Image);
        if (image is not null)
            images?.Check(problems, new(image, fields.ValueAt(StrategyModel.Image)), "image", "the pipeline's images");
        var args = fields.Texts(StrategyModel.Args);
        var timeout = fields.Duration(StrategyModel.Timeout) ?? Defaults.JobTimeout;
        return fields.Text(StrategyModel.Job) is { } job && image is not null
            ? new Predeploy(job, image, [.. args.Select(arg => arg.Text)], timeout)
            : null;
    }

    private static Verification? Verification(Fields fields, ProblemList problems)
    {
        var body = fields.Text(StrategyModel.Body);
        if (body is not null && TagSpec.CheckPattern(body) is { } problem)
            problems.Error(fields.ValueAt(StrategyModel.Body), problem.Code, problem.Sentence);
        var (status, attempts) = (fields.Whole(StrategyModel.Status) ?? Defaults.HttpStatus, fields.Whole(StrategyModel.Attempts) ?? Defaults.Attempts);
        return fields.Text(StrategyModel.Path) is { } path ? new Verification(path, status, attempts, body) : null;
    }

    private static Canary? Canary(Fields fields, ProblemList problems)
    {
        var steps = ImmutableArray.CreateBuilder<CanaryStep>();
        var reached = -1;
        foreach (var step in fields.Items(StrategyModel.Steps).Select(item => Fields.Of(item, StrategyModel.Step, problems)).OfType<Fields>())
        {
            if (step.Whole(StrategyModel.SetWeight) is { } weight)
            {
                if (weight <= reached)
                    problems.Error(step.ValueAt(StrategyModel.SetWeight), "policy.canary",
                        $"'setWeight' is {weight}, which does not rise above the {reached} of the step before");
                reached = weight;
                steps.Add(new CanaryStep.SetWeight(weight));
            }
            if (step.Duration(StrategyModel.Pause) is { } pause)
                steps.Add(new CanaryStep.Pause(pause));
        }
        return steps.Count == 0 ? null : new Canary(steps.ToImmutable()) { Newer = fields.Choice(StrategyModel.OnNewer, Words.OnNewer) ?? OnNewer.Replace };
    }

    private static Analysis Analysis(Fields fields) => new(
        fields.Share(StrategyModel.MaxErrorRate),
        fields.Duration(StrategyModel.MaxLatency),
        fields.Whole(StrategyModel.MinRequests),
        fields.Duration(StrategyModel.Window))
    {
        ObserveOnly = fields.Choice(StrategyModel.AnalysisMode, Words.AnalysisModes) ?? false,
    };
}
