using System.Collections.Immutable;
using System.Net;
using CdAutomation.Cli.Remote;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Doctor;

/// <summary>Can the registry be read, and did the event of its last push come?</summary>
internal sealed class RegistryChecks(ApiAnswers api, RegistryTags registry, DoctorPlace place, TimeProvider clock)
{
    private const string Registry = "registry";
    private const string Events = "events";

    public Examination It => new(Registry, LookAsync);

    private async Task<ImmutableArray<CheckResult>> LookAsync(CancellationToken cancellation)
    {
        if ((await api.PolicyAsync(cancellation)).Active is not { Repositories: { IsEmpty: false } repositories })
            return [CheckResult.Unknown(Registry, "no policies are in force that name a repository"), CheckResult.Unknown(Events, "nor is anything to come from one")];
        var received = await api.EventsAsync(cancellation);
        var found = await Task.WhenAll(repositories.Select(repository => LookAsync(repository, received, cancellation)));
        return [.. found.SelectMany(it => it)];
    }

    private async Task<ImmutableArray<CheckResult>> LookAsync(Repository repository, EventsReport received, CancellationToken cancellation)
    {
        var name = $"{Registry} {repository}";
        RepositoryList list;
        try
        {
            list = await registry.ListAsync(repository, cancellation);
        }
        catch (HttpRequestException fault)
        {
            return
            [
                CheckResult.Broken(name, $"nobody answers at {registry.ServerOf(repository)}: {fault.Message}", ReachMend(repository)),
                Unseen(repository),
            ];
        }

        return list.Status switch
        {
            HttpStatusCode.OK => [CheckResult.Well(name, "it can be read"), LastPush(repository, list, received)],
            HttpStatusCode.NotFound =>
                [CheckResult.Well(name, "it answers, and nothing was pushed there yet"), CheckResult.Well($"{Events} {repository}", "there is no push to be told of")],
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => [CheckResult.Unknown(name, $"you may not read it ({(int)list.Status})", OwnTokens.Mend), Unseen(repository)],
            _ => [CheckResult.Broken(name, $"it answers {(int)list.Status}", ReachMend(repository)), Unseen(repository)],
        };
    }

    /// <summary>The last push is compared, and not the last event: a registry that nobody pushes to is no reason to worry.</summary>
    private CheckResult LastPush(Repository repository, RepositoryList list, EventsReport received)
    {
        var name = $"{Events} {repository}";
        var events = received.Events.Where(it => it.Signal is Signal.ImagePushed pushed && pushed.Repository == repository).ToList();
        var last = list.Manifests
            .Where(it => it.At is not null && it.Tags.Any(tag => ArtifactKinds.Of(tag) is ArtifactKind.Image))
            .MaxBy(it => it.At);
        if (last is null)
            return list is { TellsTimes: true, Manifests.IsEmpty: true }
                ? CheckResult.Well(name, "there is no push to be told of")
                : CheckResult.Unknown(name, "the registry does not tell when images came", "cdctl events");

        var push = $"{string.Join(", ", last.Tags)} of {Time(last.At!.Value)}";
        if (events.FirstOrDefault(it => it.Signal is Signal.ImagePushed pushed && pushed.Digest == last.Digest) is { } heard)
            return CheckResult.Well(name, $"the last push, {push}, was told at {Time(heard.ReceivedAt)}");
        if (clock.GetUtcNow() - last.At < place.Lag)
            return CheckResult.Unknown(name, $"the last push, {push}, may still be on its way", "cdctl doctor");
        // The answer holds the newest events alone; what is older than the oldest of them may have been told.
        if (received.Events.Length == Questions.EventsMax && received.Events[^1].ReceivedAt > last.At)
            return CheckResult.Unknown(name, $"the last push, {push}, is older than the {received.Events.Length} events that can be asked for", "cdctl status");
        var told = events.Count == 0 ? "no push of this repository was ever told" : $"the last event is of {Time(events[0].ReceivedAt)}";
        return CheckResult.Broken(name, $"events have stopped: of the last push, {push}, no event came, and {told}", place.Again);
    }

    private static CheckResult Unseen(Repository repository) => CheckResult.Unknown($"{Events} {repository}", "without the registry it is not known what was pushed last");

    private string ReachMend(Repository repository) =>
        place.Up is null ? $"curl --head {registry.ServerOf(repository)}v2/" : place.Again;

    private static string Time(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
