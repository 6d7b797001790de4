using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>
/// A service or a worker pool comes to run an image. With all of the traffic that is one write. With less it is two: the revision is made
/// beside what serves, which is held by its name meanwhile, and gets its part and its address once it is ready.
/// </summary>
internal sealed class RevisionApply(Means means, Effect.Apply order) : RevisionLoop(means, order.Target)
{
    private const int Prepare = 1;
    private const int Shift = 2;

    private readonly ImageReference _image = order.Image.Reference;

    /// <summary>What was found to serve before the first write of this run.</summary>
    private Footing? _found;

    protected override async Task<Move> JudgeAsync(RevisionedResource read, CancellationToken cancellation)
    {
        if (!Containers.TryFind(read, Target, out var container, out var why))
            return Ended(new StepResult.Failed(why));

        if (Annotations.WasPutBack(read.Annotations, _image))
            return Ended(Drifted(read, $"had {Excerpt.Of(_image.ToString())} taken away by a watch, for it did not answer", "that image"));
        var (before, drift) = await GroundAsync(read, container.Image, cancellation);
        if (drift is not null)
            return Ended(drift);
        if (!Containers.Runs(container, _image))
            return Write(read, before, anew: false);

        var whole = order.Percent >= 100;
        return Standing.Of(read, Target, _image, whole ? it => TrafficPlan.Mean(it.Traffic) : null) switch
        {
            Standing.Different => Write(read, before, anew: false),
            Standing.Failing => GiveUpOr(await ExplainAsync(read, cancellation), () => Write(read, before, anew: true)),
            Standing.Converging it => new Move.Wait(it.What),
            Standing.Settled it when await NotRunningAsync(it.Revision, _image, cancellation) is { } what => new Move.Wait(what),
            Standing.Settled it => whole ? Done(read, before, null) : Shifted(read, before, read.Ready),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>What the rollout stands on, or why it must not go on.</summary>
    private async Task<(Footing? Before, StepResult? Drift)> GroundAsync(
        RevisionedResource read, string told, CancellationToken cancellation)
    {
        var before = order.Before ?? (HasWritten ? _found : null) ?? Annotations.BeforeOf(read.Annotations, order);
        var others = await OthersAsync(read, _image, before?.Revision, cancellation);
        if (before is not null)
            others = await WithoutOwnAsync(read, others, before, cancellation);
        else if (others.Count > 1)
            others = [.. others.Where(other => !IsCanary(read, other))];
        if (others.Count > 1)
            return (null, Divided(read, TrafficPlan.Live(read.Traffic, read.Ready)));
        if (before is null)
            return others is [var found] ? (_found = new Footing(await ImageOfAsync(found, cancellation), found), null) : (null, null);
        if (others is [var serves] && serves != before.Revision)
        {
            var runs = await ImageOfAsync(serves, cancellation);
            if (!Containers.IsSame(runs, before.Image))
                return (null, Drifted(read, $"serves {serves} with {runs?.ToString() ?? "an image we cannot read"}", Words(before)));
            before = before with { Revision = serves };
        }

        return IsOrdered(told) || !IsForeign(read, told, before)
            ? (before, null)
            : (null, Drifted(read, $"is told to run {Excerpt.Of(told)}", _image.ToString()));
    }

    private async Task<IReadOnlyList<string>> WithoutOwnAsync(
        RevisionedResource read, IReadOnlyList<string> names, Footing before, CancellationToken cancellation)
    {
        var others = new List<string>();
        foreach (var name in names)
        {
            if (!await IsOurOwnAsync(read, name, before, cancellation))
                others.Add(name);
        }

        return others;
    }

    private bool IsOrdered(string told) => ImageReference.TryParse(told, out var image) && Containers.IsSame(image, _image);

    private static string Words(Footing before) =>
        $"{before.Revision ?? "no revision"} with {before.Image?.ToString() ?? "an image we cannot read"}";

    private Move.Write Write(RevisionedResource read, Footing? before, bool anew)
    {
        var traffic = order.Percent >= 100 ? TrafficPlan.Mean(read.Traffic)
            : before?.Revision is { } serves && !anew ? TrafficPlan.Pin(read.Traffic, serves)
            : read.Traffic;
        var next = Next(read, _image, traffic);
        if (anew)
            Annotations.Set(next.TemplateAnnotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        Annotations.Write(next.Annotations, order, before, canary: null);
        return new(next, Prepare);
    }

    /// <summary>The new revision is ready: it is given its part and its address, or has them.</summary>
    private Move Shifted(RevisionedResource read, Footing? before, string revision)
    {
        var tag = read.TakesTags ? OurTag.For(order) : null;
        var traffic = TrafficPlan.Split(read.Traffic, before?.Revision, revision, order.Percent, tag);
        if (traffic.SequenceEqual(read.Traffic))
            return Done(read, before, tag);

        var next = Next(read, null, traffic);
        Annotations.Write(next.Annotations, order, before, revision);
        return new Move.Write(next, Shift);
    }

    private Move Done(RevisionedResource read, Footing? before, string? tag) => Ended(new StepResult.Done(read.Ready)
    {
        Before = before == order.Before ? null : before,
        Address = tag is null ? null : read.TrafficStatuses.FirstOrDefault(entry => entry.Tag == tag && entry.Uri.Length > 0)?.Uri,
    });
}
