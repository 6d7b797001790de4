using System.Collections.Immutable;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Delivery;

/// <summary>Goes and looks at everything that the next decision needs. An event is only the hint; the registry and Cloud Run are asked.</summary>
public sealed class Observer(IRegistry registry, ITargets targets, TimeProvider clock)
{
    /// <summary>Looks.</summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="state">What is remembered.</param>
    /// <param name="received">The event, or null when it is time that woke us.</param>
    /// <param name="cancellation">Stops the looks.</param>
    public async Task<ImmutableArray<Observation>> LookAsync(
        PipelinePolicy policy, string commit, PipelineState state, JournalEvent? received, CancellationToken cancellation)
    {
        state = Fitting.Fit(state, policy, commit);
        var seen = ImmutableArray.CreateBuilder<Observation>();
        if (policy.Mode == PolicyMode.Off)
            return received?.Signal is { } ignored ? await SignalAsync(policy, ignored, received.PublishedAt, cancellation) : [];

        var surveys = state.SurveyAt is not { } due || due <= clock.GetUtcNow() || state.Commit != commit;
        seen.AddRange(await TargetsAsync(policy, state, surveys, cancellation));
        if (received?.Signal is { } signal)
            seen.AddRange(await SignalAsync(policy, signal, received.PublishedAt, cancellation));
        seen.AddRange(await PendingAsync(policy, state, seen, cancellation));
        if (surveys)
            seen.AddRange(await SurveyAsync(policy, state, cancellation));
        return seen.ToImmutable();
    }

    /// <summary>Looks at targets that nobody has seen yet, and now and then at the others: somebody may have changed them by hand.</summary>
    private async Task<ImmutableArray<Observation>> TargetsAsync(PipelinePolicy policy, PipelineState state, bool all, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var seen = ImmutableArray.CreateBuilder<Observation>();
        foreach (var stage in policy.Stages.Where(stage => NotCarriedOut.Of(stage) is null))
        {
            var known = state.StageNamed(stage.Name);
            var asked = known.Serving is null
                ? known.Unseen is null || known.Unseen.LookAt <= now ? stage.Targets.RemoveAll(target => known.Footings.ContainsKey(target.ResourceName)) : []
                : all && known is { Rollout: null, Shadow: false } ? stage.Targets : [];
            foreach (var target in asked)
                seen.Add(new Observation.TargetSeen(stage.Name, target, await WithDigestAsync(await targets.ReadAsync(target, cancellation), cancellation)));
        }

        return seen.ToImmutable();
    }

    /// <summary>A service that somebody deployed by tag runs whatever the tag named then; what it names now is the best that can be known.</summary>
    private async Task<TargetView> WithDigestAsync(TargetView view, CancellationToken cancellation)
    {
        if (view is not TargetView.Running { Image: { Digest: null, Tag: { } tag } image } running)
            return view;

        return await registry.ResolveAsync(image.Repository, tag, cancellation) switch
        {
            TagLookup.Found found => running with { Image = new ImageReference(image.Repository, tag, found.Digest) },
            TagLookup.Unknown unknown => new TargetView.Unknown(unknown.Reason),
            _ => running,
        };
    }

    private Task<ImmutableArray<Observation>> SignalAsync(PipelinePolicy policy, Signal signal, DateTimeOffset publishedAt, CancellationToken cancellation) =>
        signal.Match(
            pushed => PushedAsync(policy, pushed, publishedAt, cancellation),
            removed => RemovedAsync(policy, removed, publishedAt, cancellation),
            finished => Task.FromResult<ImmutableArray<Observation>>([new Observation.BuildSeen(finished.Build)]),
            asked => AskedAsync(policy, asked, cancellation),
            said => Task.FromResult<ImmutableArray<Observation>>([new Observation.Said(said.Command, said.Actor, said.Principals)]),
            // Policies are no image of any pipeline; the inbox takes them.
            _ => Task.FromResult<ImmutableArray<Observation>>([]));

    private async Task<ImmutableArray<Observation>> PushedAsync(
        PipelinePolicy policy, Signal.ImagePushed pushed, DateTimeOffset publishedAt, CancellationToken cancellation)
    {
        if (pushed.Artifact != ArtifactKind.Image || pushed.Tag is not { } tag)
            return [new Observation.NoCandidate(pushed.Repository, pushed.Tag, pushed.Digest, NotAnImage(pushed))];

        var name = policy.ImageNamed(pushed.Repository)!;
        var lookup = await registry.ResolveAsync(pushed.Repository, tag, cancellation);
        return [new Observation.TagSeen(name, pushed.Repository, tag, pushed.Digest, publishedAt, lookup, Named: true)];
    }

    private async Task<ImmutableArray<Observation>> RemovedAsync(
        PipelinePolicy policy, Signal.ImageRemoved removed, DateTimeOffset publishedAt, CancellationToken cancellation)
    {
        if (removed.Tag is not { } tag)
        {
            return [new Observation.NoCandidate(removed.Repository, null, removed.Digest, new(
                "image.removed", $"{removed.Digest?.Short} was deleted from the registry; Cloud Run keeps its own copy of what runs"))];
        }

        var lookup = await registry.ResolveAsync(removed.Repository, tag, cancellation);
        return [new Observation.TagSeen(policy.ImageNamed(removed.Repository)!, removed.Repository, tag, null, publishedAt, lookup, Named: true)];
    }

    private async Task<ImmutableArray<Observation>> AskedAsync(PipelinePolicy policy, Signal.DeployRequested asked, CancellationToken cancellation)
    {
        var name = policy.ImageNamed(asked.Image.Repository);
        var lookup = name is null
            ? new TagLookup.Missing()
            : await registry.ResolveAsync(asked.Image.Repository, asked.Image.Digest?.Value ?? asked.Image.Tag ?? "latest", cancellation);
        var tags = name is not null && asked.Image is { Digest: { } digest, Tag: null } && lookup is TagLookup.Found
            ? await TagsOfAsync(policy, name, asked.Image.Repository, digest, cancellation)
            : [];
        return [.. tags, new Observation.DeployAsked(asked.Image, name, lookup, asked.Actor) { Stage = asked.Stage, Skips = asked.Skips, Reason = asked.Reason }];
    }

    /// <summary>Whoever names a digest alone may mean an old one: its tag tells where it stands in the order.</summary>
    private async Task<ImmutableArray<Observation>> TagsOfAsync(
        PipelinePolicy policy, string name, Repository repository, Digest digest, CancellationToken cancellation)
    {
        if (await registry.ListAsync(repository, cancellation) is not TagListing.Complete listing)
            return [];

        var now = clock.GetUtcNow();
        foreach (var tag in Survey.TagsThatCount(policy, listing.Tags, now))
        {
            if (await registry.ResolveAsync(repository, tag, cancellation) is TagLookup.Found found && found.Digest == digest)
                return [new Observation.TagSeen(name, repository, tag, null, now, found, Named: false)];
        }

        return [];
    }

    private async Task<ImmutableArray<Observation>> PendingAsync(
        PipelinePolicy policy, PipelineState state, IEnumerable<Observation> already, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var lookedAt = already.OfType<Observation.TagSeen>()
            .Select(seen => PendingLook.KeyOf(seen.Image, seen.Tag, seen.Announced)).ToHashSet(StringComparer.Ordinal);
        var seen = ImmutableArray.CreateBuilder<Observation>();
        foreach (var look in state.Looks.Values.Where(look => look.DueAt <= now && !lookedAt.Contains(look.Key)))
        {
            if (!policy.Images.TryGetValue(look.Image, out var repository))
                continue;
            var lookup = await registry.ResolveAsync(repository, look.Tag, cancellation);
            // The event's own answer was that we could not look; now it gets the real one.
            seen.Add(new Observation.TagSeen(look.Image, repository, look.Tag, look.Announced, look.Since, lookup, Named: lookup is TagLookup.Found)
            {
                Unheard = look.Unheard,
            });
        }

        return seen.ToImmutable();
    }

    private async Task<ImmutableArray<Observation>> SurveyAsync(PipelinePolicy policy, PipelineState state, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var seen = ImmutableArray.CreateBuilder<Observation>();
        var goOnAt = state.SurveyedTo;
        Reason? problem = null;
        foreach (var (name, repository) in policy.Images)
        {
            var listing = await registry.ListAsync(repository, cancellation);
            if (listing is not TagListing.Complete complete)
            {
                problem = ((TagListing.Unknown)listing).Reason;
                continue;
            }

            var tags = Survey.TagsToLookUp(policy, state, name, complete.Tags, now);
            goOnAt = goOnAt.SetItem(name, Survey.GoesOnAt(tags));
            foreach (var tag in tags)
            {
                var lookup = await registry.ResolveAsync(repository, tag, cancellation);
                // A look that failed is made again by the next survey; nobody waits for its answer.
                if (lookup is not TagLookup.Unknown)
                    seen.Add(new Observation.TagSeen(name, repository, tag, null, now, lookup, Named: false));
            }
        }

        seen.Add(new Observation.Surveyed(problem, goOnAt));
        return seen.ToImmutable();
    }

    private static Reason NotAnImage(Signal.ImagePushed pushed) => pushed.Artifact switch
    {
        ArtifactKind.Signature => new("artifact.signature", $"{pushed.Tag} is a signature, not a version of the image"),
        ArtifactKind.Attestation => new("artifact.attestation", $"{pushed.Tag} is an attestation, not a version of the image"),
        ArtifactKind.Sbom => new("artifact.sbom", $"{pushed.Tag} is a bill of materials, not a version of the image"),
        ArtifactKind.Referrers => new("artifact.referrers", $"{pushed.Tag} belongs to another image; it is not a version"),
        _ => new("artifact.untagged", $"{pushed.Digest.Short} was pushed without a tag: a part of a multi-platform image, or something attached to one"),
    };
}
