using System.Text.Json;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.PolicyFiles.Language.Model;

namespace CdAutomation.PolicyFiles.Canonical;

/// <summary>Writes pipelines as their canonical form.</summary>
internal static class PipelineWriter
{
    /// <summary>The <c>spec</c> of a pipeline.</summary>
    public static void Write(Utf8JsonWriter json, PipelinePolicy pipeline)
    {
        json.Word(PipelineModel.Mode, Words.Modes, pipeline.Mode, PolicyMode.Enforce);
        json.Mapping(PipelineModel.Images.Name, () =>
        {
            foreach (var (name, repository) in pipeline.Images)
                json.Mapping(name, () => json.Text(PipelineModel.Repository, repository.ToString()));
        });
        if (pipeline.Match is { } match)
            json.Word(PipelineModel.Match, Words.Matches, match);
        Write(json, pipeline.Tags);
        json.Text(PipelineModel.Platform, pipeline.Platform);
        json.Span(PipelineModel.MinimumReleaseAge, pipeline.MinimumReleaseAge);
        json.List(PipelineModel.Stages.Name, pipeline.Stages, stage => json.Mapping(() => Write(json, stage)));
    }

    private static void Write(Utf8JsonWriter json, TagSpec tags)
    {
        json.Texts(TagModel.AllowTags, tags.AllowTags);
        json.Texts(TagModel.IgnoreTags, tags.IgnoreTags);
        if (tags.FilterTags is { } filter)
            json.Mapping(TagModel.FilterTags.Name, () =>
            {
                json.Text(TagModel.Pattern, filter.Pattern);
                json.Text(TagModel.Extract, filter.Extract);
            });
        json.Mapping(TagModel.Policy.Name, () => tags.Rule.Match<Action>(
            range => () => json.Mapping("semver", () => json.Text(TagModel.Range, range.Text)),
            level => () => json.Mapping("semver", () =>
            {
                json.Word(TagModel.Level, Words.Levels, level.Level);
                json.Flag(TagModel.MatchPreRelease, level.MatchPreRelease, true);
            }),
            numerical => () => json.Mapping("numerical", () => json.Word(TagModel.Order, Words.Orders, numerical.Order, Order.Asc)),
            alphabetical => () => json.Mapping("alphabetical", () => json.Word(TagModel.Order, Words.Orders, alphabetical.Order, Order.Asc)),
            newest => () => json.Mapping("newest", () => { }),
            only => () => json.Mapping("digest", () => json.Text(TagModel.Tag, only.Tag)))());
    }

    private static void Write(Utf8JsonWriter json, StagePolicy stage)
    {
        json.Text(PipelineModel.StageName, stage.Name);
        if (stage.After is { } after)
            json.Mapping(PipelineModel.StageAfter.Name, () =>
            {
                json.Text(PipelineModel.AfterStage, after.Stage);
                json.Span(PipelineModel.SoakTime, after.SoakTime, TimeSpan.Zero);
            });
        json.List(PipelineModel.Targets.Name, stage.Targets, target => json.Mapping(() => Write(json, target)));
        if (stage.Gates is not [])
            json.Mapping(PipelineModel.Gates.Name, () => GateWriter.Write(json, stage.Gates));
        if (stage.Strategy != Strategy.AllAtOnce)
            json.Mapping(PipelineModel.Strategy.Name, () => StrategyWriter.Write(json, stage.Strategy));
        if (stage.Notify is not [])
            json.List(PipelineModel.Notify.Name, stage.Notify, told => json.Mapping(() => told.Match<Action>(
                slack => () => json.Text(StrategyModel.Slack, slack.Channel),
                topic => () => json.Text(StrategyModel.PubSub, topic.Topic))()));
    }

    private static void Write(Utf8JsonWriter json, Target target)
    {
        var kind = target.Kind switch
        {
            TargetKind.Service => PipelineModel.Service,
            TargetKind.Job => PipelineModel.Job,
            TargetKind.WorkerPool => PipelineModel.WorkerPool,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        json.Text(kind, target.Name);
        json.Text(PipelineModel.Project, target.Project);
        json.Text(PipelineModel.Region, target.Region);
        json.Text(PipelineModel.TargetImage, target.Image);
        json.Text(PipelineModel.Container, target.Container);
        json.Flag(PipelineModel.Run, target.RunOnDeploy, false);
    }
}
