using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Cli.Demo;
using CdAutomation.Domain.Policies;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.Cli.Up;

/// <summary>Which registry host the policies name for a path: a policy written for Artifact Registry works here as it is.</summary>
internal sealed class PublicNames
{
    private volatile ImmutableDictionary<string, ImmutableArray<string>> _hosts = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    public void Learn(PolicySet policies) => _hosts = policies.Pipelines.Values
        .SelectMany(pipeline => pipeline.Images.Values)
        .Distinct()
        .GroupBy(repository => repository.Path)
        .ToImmutableDictionary(group => group.Key, group => group.Select(repository => repository.Host).ToImmutableArray());

    public IReadOnlyList<string> HostsOf(string path) => _hosts.GetValueOrDefault(path, []);
}

/// <summary>What the services are made with is furniture of this house: nobody needs to read in the journal that it was brought in.</summary>
internal sealed class QuietAboutFounding(IAnnouncements inner, Founding founding) : IAnnouncements
{
    public ValueTask PublishAsync(byte[] json, CancellationToken cancellation)
    {
        using var document = JsonDocument.Parse(json);
        var about = document.RootElement.TryGetProperty("tag", out var tag) ? tag.GetString() : document.RootElement.GetProperty("digest").GetString();
        return about?.EndsWith($"/{founding.Path}:{founding.Tag}", StringComparison.Ordinal) == true
            ? ValueTask.CompletedTask
            : inner.PublishAsync(json, cancellation);
    }
}
