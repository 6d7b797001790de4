using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Identity;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>What a look at one service came to.</summary>
/// <param name="Service">Which.</param>
/// <param name="Revision">Short name of the revision that served; empty where that is not known.</param>
/// <param name="Wrong">What was wrong with its answer; null where it answered as it should.</param>
/// <param name="PutBack">Short name of the revision that has all traffic now, or would have; null where nothing was changed.</param>
/// <param name="Left">Why a service was left as it is although it, or one deployed with it, does not answer; null otherwise.</param>
public sealed record WatchedService(Target Service, string Revision, string? Wrong, string? PutBack, string? Left);

/// <summary>
/// Watches over services that deploy others, and so themselves: where one does not answer although it was deployed lately, all that were
/// deployed lately with it go back to the revision that served before, by their traffic alone. It asks nothing of them but that they answer.
/// What a person deployed, what has proved itself for longer, and what is shared out is left to people.
/// </summary>
public sealed class DeadManWatch : IDisposable
{
    private readonly RunRegion _region;
    private readonly Func<Target, Uri, CancellationToken, Task<string?>> _ask;
    private readonly TimeSpan _probation;
    private readonly TimeProvider _clock;

    /// <param name="region">Of all services.</param>
    /// <param name="probation">How long a revision counts as new, from its making.</param>
    /// <param name="ask">Asks a service at its address, as patiently as needed, and answers what is wrong; null for nothing.</param>
    /// <param name="options">How Cloud Run is reached.</param>
    /// <param name="tokens">Who asks it.</param>
    /// <param name="clock">Tells how old a revision is.</param>
    /// <exception cref="ArgumentException">This is no region.</exception>
    public DeadManWatch(
        string region, TimeSpan probation, Func<Target, Uri, CancellationToken, Task<string?>> ask, CloudRunOptions options, IAccessTokens tokens, TimeProvider clock)
    {
        _region = new(region, options, tokens, clock);
        (_probation, _ask, _clock) = (probation, ask, clock);
    }

    /// <summary>Looks once, and puts back what has to be.</summary>
    /// <param name="services">Those that are deployed together.</param>
    /// <param name="dryRun">Change nothing, and say what would be.</param>
    /// <param name="cancellation">Stops the look.</param>
    public async Task<ImmutableArray<WatchedService>> LookAsync(IEnumerable<Target> services, bool dryRun, CancellationToken cancellation)
    {
        var seen = new List<Seen>();
        foreach (var service in services)
            seen.Add(await SeeAsync(service, cancellation));
        if (seen.All(it => it.Wrong is null))
            return [.. seen.Select(it => new WatchedService(it.Service, it.Revision, null, null, null))];

        var looked = ImmutableArray.CreateBuilder<WatchedService>();
        foreach (var it in seen)
        {
            var (before, left) = await BeforeAsync(it, cancellation);
            if (before is not null && !dryRun)
                left = await PinAsync(it, before, cancellation);
            looked.Add(new(it.Service, it.Revision, it.Wrong, left is null ? before : null, left));
        }

        return looked.DrainToImmutable();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _region.Dispose();

    private async Task<Seen> SeeAsync(Target service, CancellationToken cancellation)
    {
        var read = await _region.GetAsync(service, cancellation);
        if (!read.TryGet(out var resource, out var error))
            return new(service, null, "", $"it could not be read: {error.Message}");
        var found = (ServiceResource)resource;
        var serving = TrafficPlan.Serving(found);
        var name = serving is [var only] ? only : "";
        return Uri.TryCreate(found.Address, UriKind.Absolute, out var address)
            ? new(service, found, name, await _ask(service, address, cancellation))
            : new(service, found, name, "it has no address");
    }

    /// <summary>What it goes back to, or why it is left; neither where it answers and is not new.</summary>
    private async Task<(string? Before, string? Left)> BeforeAsync(Seen it, CancellationToken cancellation)
    {
        if (it.Read is null)
            return (null, it.Wrong);
        if (it.Revision.Length == 0)
            return (null, "its traffic is shared out, so that a rollout is under way");
        var read = await RevisionAsync(it, it.Revision, cancellation);
        if (read is null)
            return (null, $"its revision {it.Revision} could not be read");
        if (_clock.GetUtcNow() - read.CreateTime.ToDateTimeOffset() > _probation)
            return (null, it.Wrong is null ? null : $"{it.Revision} is older than {_probation:c}, so that its being new is not the cause");

        var image = read.Containers.Select(container => container.Image).FirstOrDefault(image => Annotations.AreOwn(read.Annotations, image));
        if (image is null || !ImageReference.TryParse(image, out var reference) || !Annotations.Names(it.Read.Annotations, reference))
            return (null, $"{it.Revision} was deployed by {it.Read.LastModifier}, and not by a policy");
        if (Annotations.RevisionBefore(it.Read.Annotations) is not { } before || before == it.Revision)
            return (null, "what served before is not known");
        return await RevisionAsync(it, before, cancellation) is { DeleteTime: null }
            ? (before, null)
            : (null, $"{before}, which served before, does not exist any more or could not be read");
    }

    private async Task<string?> PinAsync(Seen it, string before, CancellationToken cancellation)
    {
        var next = it.Read!.Copy();
        next.Tell(TrafficPlan.Pin(it.Read.Traffic, before));
        Annotations.WritePutBack(next.Annotations);
        var written = await next.ReplaceAsync(_region, cancellation);
        if (!written.TryGet(out var operation, out var error))
            return $"Cloud Run did not take it: {error.Message}";
        while (!operation.Done)
        {
            var waited = await _region.WaitAsync(operation.Name, cancellation);
            if (!waited.TryGet(out operation, out error))
                return $"it was told to go back to {before}, and whether it did is not known: {error.Message}";
        }

        return operation.Error is { } refused ? $"it was told to go back to {before}, and did not: {refused.Message}" : null;
    }

    private async Task<Revision?> RevisionAsync(Seen it, string name, CancellationToken cancellation) =>
        (await _region.GetRevisionAsync($"{it.Service.ResourceName}/revisions/{name}", cancellation)).Value;

    private sealed record Seen(Target Service, ServiceResource? Read, string Revision, string? Wrong);
}
