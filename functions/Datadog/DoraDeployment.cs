using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Datadog;

/// <summary>The request of <c>POST /api/v2/dora/deployment</c> (docs.datadoghq.com, "Send a deployment event"; API client 1.64.0).</summary>
/// <param name="Data">As JSON:API wants it.</param>
internal sealed record DoraRequest(DoraData Data);

/// <summary>The one resource of the request.</summary>
/// <param name="Attributes">What happened.</param>
internal sealed record DoraData(DoraDeployment Attributes);

/// <summary>A deployment as Datadog's DORA metrics count them.</summary>
/// <param name="Service">The service's name there.</param>
/// <param name="Env">The environment.</param>
/// <param name="Version">What traces and metrics of the service bear as version.</param>
/// <param name="StartedAt">Nanoseconds since 1970.</param>
/// <param name="FinishedAt">Nanoseconds since 1970.</param>
/// <param name="Id">16 to 128 letters, digits and <c>-_.:</c>; one that is told twice has the same.</param>
/// <param name="Git">Where it was built from, or null.</param>
/// <param name="CustomTags"><c>key:value</c> each.</param>
internal sealed record DoraDeployment(
    string Service, string Env, string Version, long StartedAt, long FinishedAt, string Id, DoraGit? Git, ImmutableArray<string> CustomTags)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>The deployment as Datadog wants it: target, stage and version are its service, env and version.</summary>
    public static DoraDeployment Of(Deployment deployment) => new(
        deployment.Service,
        deployment.Stage,
        deployment.Version,
        Nanoseconds(deployment.StartedAt),
        Nanoseconds(deployment.FinishedAt),
        IdOf(deployment),
        GitOf(deployment.Source),
        [.. TagsOf(deployment)]);

    private static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;

    private static string IdOf(Deployment deployment)
    {
        var name = $"{deployment.Pipeline}\n{deployment.Id}\n{deployment.Target}";
        return $"cdautomation-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32]}";
    }

    /// <summary>A build can name a branch where it was not resolved; only the id of a commit says what was built.</summary>
    private static DoraGit? GitOf(GitSource? source) =>
        source is { Commit.Length: 40 or 64 } && source.Commit.All(char.IsAsciiHexDigit) ? new(source.Commit, source.Repository) : null;

    private static IEnumerable<string> TagsOf(Deployment deployment)
    {
        yield return $"pipeline:{deployment.Pipeline}";
        yield return $"target:{deployment.Target}";
        yield return $"change:{deployment.Change switch
        {
            Change.Deployed => "deployed",
            Change.Upgraded => "upgraded",
            Change.RolledBack => "rolledback",
            _ => throw new System.Diagnostics.UnreachableException(),
        }}";
        if (ImageReference.TryParse(deployment.Image, out var image) && image.Digest is { } digest)
            yield return $"image_digest:{digest.Value}";
    }
}

/// <summary>A commit.</summary>
/// <param name="CommitSha">Its id.</param>
/// <param name="RepositoryUrl">Its repository.</param>
internal sealed record DoraGit(string CommitSha, string RepositoryUrl);

/// <summary>Members as the API spells them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DoraRequest))]
internal sealed partial class DoraJson : JsonSerializerContext;
