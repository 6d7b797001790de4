using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Cli.Remote;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;

namespace CdAutomation.Cli.Init;

/// <summary>What a survey found.</summary>
/// <param name="Pipelines">What is proposed.</param>
/// <param name="LeftOut">What runs and is in no proposal.</param>
/// <param name="Unread">Where nothing could be read, and why.</param>
internal sealed record Seen(ImmutableArray<Proposal> Pipelines, ImmutableArray<LeftOut> LeftOut, ImmutableArray<string> Unread)
{
    public static Seen Nothing { get; } = new([], [], []);
}

/// <summary>Looks at what runs, as whoever calls cdctl.</summary>
internal sealed class Survey : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = Patience };
    private readonly IAccessTokens _tokens;
    private readonly Uri? _run;
    private readonly RegistryTags _registry;

    /// <param name="variable">Reads an environment variable.</param>
    public Survey(Func<string, string?> variable)
    {
        _tokens = OwnTokens.FromEnvironment(variable, TimeProvider.System);
        _run = CloudRunApi.EndpointOf(variable);
        _registry = new(_http, Endpoints.Read(variable, RegistryTags.EndpointVariable), _tokens);
    }

    /// <summary>What to write where nothing runs yet: the service that the example of infra makes.</summary>
    public static Proposal Sample(Settings settings)
    {
        var repository = Repository.TryParse($"{settings.Region}-docker.pkg.dev/{settings.ProjectId.Replace(':', '/')}/app/web", out var usual)
            ? usual
            : throw new FormatException($"{settings.ProjectId} has no registry");
        return new("web", repository, "v1.0.0", [new(new(settings.ProjectId, settings.Region), "service", "web", null, repository.ToString())]) { IsSample = true };
    }

    public async Task<Seen> LookAsync(ImmutableArray<Location> places, CancellationToken cancellation)
    {
        var looked = await Task.WhenAll(places.Select(place => LookAsync(place, cancellation)));
        var (pipelines, rest) = await Proposals.OfAsync(looked.SelectMany(it => it.Running), image => TagOfAsync(image, cancellation));
        return new(pipelines, rest, [.. looked.Select(it => it.Why).OfType<string>()]);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(ImmutableArray<RunningImage> Running, string? Why)> LookAsync(Location place, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Patience);
        try
        {
            using var cloud = new CloudRunApi(place.Region, _run, _tokens);
            return (await new CloudRunReader(cloud).ReadAsync(place, late.Token), null);
        }
        catch (AccessTokenUnavailableException fault)
        {
            return ([], $"Cloud Run of {place} was not read, for there is no token to ask with: {fault.Message}; {OwnTokens.Mend}");
        }
        catch (Exception fault) when (fault is RpcException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return ([], $"Cloud Run of {place} was not read: {(fault is RpcException rpc ? $"{rpc.StatusCode}, {rpc.Status.Detail}" : "there was no answer")}; {OwnTokens.Mend}");
        }
    }

    /// <summary>What the registry calls an image that is known by its digest; a version before other tags.</summary>
    private async Task<string?> TagOfAsync(ImageReference image, CancellationToken cancellation)
    {
        try
        {
            var tags = (await _registry.ListAsync(image.Repository, cancellation)).Manifests.FirstOrDefault(it => it.Digest == image.Digest)?.Tags ?? [];
            return tags.OrderByDescending(tag => tag.Count(it => it == '.')).ThenBy(tag => tag, StringComparer.Ordinal).FirstOrDefault();
        }
        // Without it a rule is proposed that says that no tag is known.
        catch (Exception fault) when (fault is HttpRequestException or JsonException or AccessTokenUnavailableException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
