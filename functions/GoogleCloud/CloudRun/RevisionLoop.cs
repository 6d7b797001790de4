using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>An order to a service or a worker pool, and what its revisions tell.</summary>
internal abstract class RevisionLoop(Means means, Target target) : RolloutLoop(means, target)
{
    private readonly Dictionary<string, Revision?> _revisions = new(StringComparer.Ordinal);

    protected sealed override Task<Reply<RunResource>> ReadAsync(CancellationToken cancellation) =>
        Means.Region.GetAsync(Target, cancellation);

    protected sealed override Task<Move> JudgeAsync(RunResource read, CancellationToken cancellation) =>
        JudgeAsync((RevisionedResource)read, cancellation);

    protected abstract Task<Move> JudgeAsync(RevisionedResource read, CancellationToken cancellation);

    /// <summary>
    /// A revision by its short name, null where it does not exist. What it runs never changes, so that it is read once; whether it is ready
    /// is not to be looked for here.
    /// </summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<Revision?> FindAsync(string name, CancellationToken cancellation)
    {
        if (_revisions.TryGetValue(name, out var known))
            return known;

        var read = await Means.Region.GetRevisionAsync($"{Target.ResourceName}/revisions/{name}", cancellation);
        if (!read.TryGet(out var revision, out var error) && error.Code is not StatusCode.NotFound)
            throw new UnreadException(new("run.revisionUnread", $"revision {name} could not be read: {error.Message}"));
        return _revisions[name] = revision is { DeleteTime: null } ? revision : null;
    }

    /// <summary>What a revision runs in the target's container; null where it does not exist, or that is no reference we can read.</summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<ImageReference?> ImageOfAsync(string name, CancellationToken cancellation) =>
        await FindAsync(name, cancellation) is { } revision
        && Containers.TryFind(revision.Containers, Target, out var container, out _)
        && ImageReference.TryParse(container.Image, out var image)
            ? image
            : null;

    /// <summary>
    /// The revisions with a part of the traffic that run something else than the image, by short names: what is told counts, because while
    /// Cloud Run reconciles, what is served is passing.
    /// </summary>
    /// <param name="read">As it was read.</param>
    /// <param name="image">What they do not run.</param>
    /// <param name="known">A revision of which that is known, or null.</param>
    /// <param name="cancellation">Stops the look.</param>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<IReadOnlyList<string>> OthersAsync(
        RevisionedResource read, ImageReference image, string? known, CancellationToken cancellation)
    {
        var told = Containers.TryFind(read, Target, out var container, out _) && Containers.Runs(container, image);
        var others = new List<string>();
        // The latest revision is that of the image, or is about to be, where the template names it.
        foreach (var name in TrafficPlan.Live(read.Traffic, told ? "" : read.Ready))
        {
            if (name == known)
                others.Add(name);
            else if (!(told && name == TrafficPlan.ShortName(read.LatestCreatedRevision))
                && !Containers.IsSame(await ImageOfAsync(name, cancellation), image))
                others.Add(name);
        }

        return others;
    }

    /// <summary>Whether a revision has its part, or its address, from a rollout of ours that was not finished.</summary>
    protected static bool IsCanary(RevisionedResource read, string name) =>
        Annotations.CanaryOf(read.Annotations) == name
        || read.Traffic.Any(entry => OurTag.IsOn(entry) && TrafficPlan.ShortName(entry.Revision) == name);

    /// <summary>
    /// Whether a revision comes from us, and is not what is gone back to: from a rollout that was overtaken, say, which came to serve all the same.
    /// </summary>
    /// <exception cref="UnreadException">Nobody could look.</exception>
    protected async Task<bool> IsOurOwnAsync(RevisionedResource read, string name, Footing before, CancellationToken cancellation) =>
        name != before.Revision && (IsCanary(read, name) || (await FindAsync(name, cancellation) is { } revision
            && Containers.TryFind(revision.Containers, Target, out var container, out _)
            && Annotations.AreOwn(revision.Annotations, container.Image)
            && !(ImageReference.TryParse(container.Image, out var image) && Containers.IsSame(image, before.Image))));

    /// <summary>Whether the template names what is neither ours nor what was there before.</summary>
    protected static bool IsForeign(RevisionedResource read, string told, Footing before) =>
        before.Image is not null && told != before.Told && !Annotations.AreOwn(read.TemplateAnnotations, told)
        && !(ImageReference.TryParse(told, out var image) && (Containers.IsSame(image, before.Image) || Annotations.Names(read.Annotations, image)));

    /// <summary>Somebody else changed what serves.</summary>
    protected StepResult Drifted(RevisionedResource read, string runs, string expected) => new StepResult.Drifted(new("target.drifted",
        $"{Target} {runs}, and {expected} was expected; it was changed last by {Excerpt.Of(read.LastModifier)}"));

    /// <summary>Somebody else shares the traffic out, so that nobody can tell what is to be gone back to.</summary>
    protected StepResult Divided(RevisionedResource read, IEnumerable<string> names) => new StepResult.Drifted(new("target.split",
        $"{Target} is shared out among {string.Join(", ", names.Take(10))}, and one revision was expected; "
        + $"it was changed last by {Excerpt.Of(read.LastModifier)}"));

    /// <summary>Whether a revision (resource name) runs the image; the words for what it does where it does not yet.</summary>
    /// <exception cref="UnreadException">Nobody could look, or there is no such revision.</exception>
    protected async Task<string?> NotRunningAsync(string revision, ImageReference image, CancellationToken cancellation)
    {
        var name = TrafficPlan.ShortName(revision);
        if (await FindAsync(name, cancellation) is null)
        {
            _revisions.Remove(name);
            throw new UnreadException(new("run.revisionUnread", $"revision {name} is ready and could not be read: there is none"));
        }

        return Containers.IsSame(await ImageOfAsync(name, cancellation), image) ? null : $"its ready revision {name} runs another image";
    }

    protected async Task<CloudRunFailure> ExplainAsync(RevisionedResource read, CancellationToken cancellation)
    {
        IEnumerable<Condition> conditions = [read.TerminalCondition!, .. read.Conditions];
        if (read.LatestCreatedRevision.Length == 0)
            return CloudRunFailure.OfRollout(Target, conditions, Operation?.Error, null);

        // The revision knows best why it failed; without it, the target's own conditions must do.
        var reply = await Means.Region.GetRevisionAsync(read.LatestCreatedRevision, cancellation);
        return reply.TryGet(out var revision, out _)
            ? CloudRunFailure.OfRollout(Target, [.. revision.Conditions, .. conditions], Operation?.Error, revision.LogUri)
            : CloudRunFailure.OfRollout(Target, conditions, Operation?.Error, null);
    }

    /// <summary>A copy that runs the image and sends traffic so.</summary>
    protected RevisionedResource Next(RevisionedResource read, ImageReference? image, IReadOnlyList<TrafficTarget> traffic)
    {
        var next = read.Copy();
        if (image is not null && Containers.TryFind(next, Target, out var container, out _) && !Containers.Runs(container, image))
        {
            container.Image = image.ToString();
            Annotations.WriteOwn(next.TemplateAnnotations, image);
        }

        next.Tell(traffic);
        return next;
    }
}
