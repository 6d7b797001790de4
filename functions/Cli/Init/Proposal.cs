using System.Collections.Immutable;
using CdAutomation.Cli.Remote;
using CdAutomation.Domain.Images;

namespace CdAutomation.Cli.Init;

/// <summary>A pipeline that is proposed.</summary>
/// <param name="Name">Its name, that of its file, and what its image is called in it.</param>
/// <param name="Repository">Which images.</param>
/// <param name="Tag">A tag of what runs, by which the rule is chosen; null where none is known.</param>
/// <param name="Targets">What runs such an image.</param>
internal sealed record Proposal(string Name, Repository Repository, string? Tag, ImmutableArray<RunningImage> Targets)
{
    /// <summary>Whether nothing of it was seen to run.</summary>
    public bool IsSample { get; init; }

    /// <summary>The places, in the order in which they were looked at: a release goes through them in it.</summary>
    public IEnumerable<IGrouping<string, RunningImage>> Stages => Targets.GroupBy(target => target.At.Project);
}

/// <summary>What runs and is in no proposal.</summary>
/// <param name="What">It, for people.</param>
/// <param name="Why">Why not.</param>
internal sealed record LeftOut(string What, string Why);

/// <summary>Makes pipelines of what runs: one for each repository.</summary>
internal static class Proposals
{
    /// <summary>What infra/modules/automation calls its own services.</summary>
    private const string Own = "cd-on-";

    /// <summary>Google's samples, with which services are made before their first image.</summary>
    private const string Placeholders = "cloudrun/container/";

    /// <summary>A name has 63 characters at most; a number may have to come behind it.</summary>
    private const int LongestName = 58;

    /// <param name="running">All that runs, in the order of the places.</param>
    /// <param name="tagOf">A tag of an image that is named by its digest, or null.</param>
    public static async Task<(ImmutableArray<Proposal> Pipelines, ImmutableArray<LeftOut> LeftOut)> OfAsync(
        IEnumerable<RunningImage> running, Func<ImageReference, Task<string?>> tagOf)
    {
        var rest = ImmutableArray.CreateBuilder<LeftOut>();
        var taken = new List<(RunningImage Running, ImageReference Image)>();
        var targets = new HashSet<(Location, string, string)>();
        foreach (var one in running.Where(one => !one.Name.StartsWith(Own, StringComparison.Ordinal)))
        {
            var why = Why(one, out var image);
            // Two pipelines on one target would undo each other; the first container is the one that is visited.
            if (why is null && !targets.Add((one.At, one.Kind, one.Name)))
                why = "another of its containers is released already, and a target takes one image";
            if (why is not null)
                rest.Add(new($"{one.Kind} {one.Name} of {one.At} with {Excerpt.Of(one.Image)}", why));
            else
                taken.Add((one, image!));
        }

        var pipelines = ImmutableArray.CreateBuilder<Proposal>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in taken.GroupBy(it => it.Image.Repository))
        {
            var first = group.First().Image;
            var tag = first.Tag ?? await tagOf(first);
            pipelines.Add(new(Unique(group.Key, names), group.Key, tag, [.. group.Select(it => it.Running)]));
        }

        return (pipelines.ToImmutable(), rest.ToImmutable());
    }

    private static string? Why(RunningImage one, out ImageReference? image)
    {
        if (!ImageReference.TryParse(one.Image, out image))
            return "its image names no registry";
        if (image.Repository.Path.StartsWith(Placeholders, StringComparison.Ordinal))
            return "it runs a placeholder, which says nothing of where its images will come from";
        return RegistryTags.IsGoogles(image.Repository.Host) ? null : "its registry tells no topic of what is pushed";
    }

    /// <summary>The last segment of the path, with those before it where it is taken.</summary>
    private static string Unique(Repository repository, HashSet<string> names)
    {
        var segments = repository.Path.Split('/');
        for (var count = 1; count <= segments.Length; count++)
        {
            var name = NameOf(segments[^count..]);
            if (names.Add(name))
                return name;
        }

        for (var number = 2; ; number++)
        {
            var name = $"{NameOf(segments)}-{number}";
            if (names.Add(name))
                return name;
        }
    }

    // Names of pipelines are lower case letters, digits and hyphens; paths have dots and underscores too.
    private static string NameOf(string[] segments)
    {
        var text = string.Concat(string.Join('-', segments).Select(it => char.IsAsciiLetterLower(it) || char.IsAsciiDigit(it) ? it : '-')).Trim('-');
        text = text.Length > 0 && char.IsAsciiLetterLower(text[0]) ? text : $"app-{text}";
        return text[..Math.Min(text.Length, LongestName)].TrimEnd('-');
    }
}
