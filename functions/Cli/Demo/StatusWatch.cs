using System.Collections.Immutable;
using CdAutomation.Cli.Commands;
using CdAutomation.Delivery;
using CdAutomation.Triggers.Requests;
using Spectre.Console;

namespace CdAutomation.Cli.Demo;

/// <summary>Asks again and again what <c>cdctl status</c> asks, and tells what has changed in it.</summary>
internal sealed class StatusWatch(Connection connection, string pipeline, Narrator narrator)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Numbers change with every look: a sentence that is otherwise the same is told so often.</summary>
    private static readonly TimeSpan Patter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, (string Kind, string Sentence, long At)> _told = [];

    /// <summary>Tells what changes, until it is stopped.</summary>
    /// <exception cref="Up.UpException">The API does not answer.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, narrator.Clock);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            await TellAsync(cancellation);
        }
    }

    /// <summary>Looks, and tells what has changed; the stages as they are told.</summary>
    public async Task<ImmutableArray<StageStatus>> TellAsync(CancellationToken cancellation)
    {
        var stages = (await LookAsync(cancellation)).Stages;
        lock (_told)
        {
            foreach (var stage in stages)
                Tell(stage);
        }

        return stages;
    }

    /// <summary>What the API says of the pipeline.</summary>
    private async Task<PipelineStatus> LookAsync(CancellationToken cancellation)
    {
        var (report, problem) = await connection.GetAsync("/v1/status", ApiJson.Default.StatusReport, cancellation);
        return report?.Pipelines.FirstOrDefault(each => each.Pipeline == pipeline)
            ?? throw new Up.UpException($"the status of {pipeline} cannot be had: {problem?.Detail ?? "no policy names it"}");
    }

    private void Tell(StageStatus stage)
    {
        if (Of(stage) is not var (kind, sentence))
        {
            _told.Remove(stage.Stage);
            return;
        }

        var told = _told.GetValueOrDefault(stage.Stage);
        if (told.Sentence == sentence || told.Kind == kind && narrator.Clock.GetElapsedTime(told.At) < Patter)
            return;
        _told[stage.Stage] = (kind, sentence, narrator.Clock.GetTimestamp());
        narrator.Note($"{narrator.Clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z  [grey]{"status",-11}[/] {Markup.Escape($"{stage.Stage}: {sentence}")}");
    }

    /// <summary>What there is to tell of a stage now, and what kind of thing it is; null where nothing moves and nothing waits.</summary>
    private static (string Kind, string Sentence)? Of(StageStatus stage) => stage switch
    {
        // Up to the first comma stands which release, and at how many percent.
        { Rollout: { } rollout } => (rollout.Split(',')[0], rollout),
        { Waiting: [var waiting, ..] } => ($"{waiting.Release} {waiting.Reason.Code}", $"{waiting.Release} waits: {waiting.Reason.Sentence}"),
        { Standing: [var standing, ..] } => (standing.Code, standing.Sentence),
        _ => null,
    };
}
