using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>images</c>: names with their repositories.</summary>
internal static class ImagesPart
{
    private const string Example = "asia-northeast1-docker.pkg.dev/acme/app/web";

    /// <summary>The repositories by name, without those in which something is wrong.</summary>
    /// <param name="names">
    /// All names that stand there, also of those, so that no target is blamed for naming one; null where there is no telling.
    /// </param>
    public static ImmutableSortedDictionary<string, Repository> Read(YamlNode node, out IReadOnlyList<string>? names, ProblemList problems)
    {
        var images = ImmutableSortedDictionary.CreateBuilder<string, Repository>(StringComparer.Ordinal);
        names = null;
        if (node is not YamlNode.Mapping mapping)
        {
            problems.Error(node.At, "policy.type",
                $"'images' is {node.Kind}, where a mapping is needed, e.g. web: {{ repository: {Example} }}");
            return images.ToImmutable();
        }

        names = [.. mapping.Entries.Select(entry => entry.Key.Text)];
        if (mapping.Entries is [])
            problems.Error(mapping.At, "policy.value", "'images' is empty, where an image is needed");
        if (mapping.Entries is [_, var second, ..])
            problems.Error(second.Key.At, "policy.later",
                "releases of several images are part of the language but this version does not carry them out yet");

        foreach (var entry in mapping.Entries)
        {
            if (problems.Label(entry.Key, "the name of an image") is { } name && Repository(entry.Value, problems) is { } repository)
                images.Add(name, repository);
        }
        return images.ToImmutable();
    }

    private static Repository? Repository(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, "an image", problems, ["repository"]) is not { } fields || fields.RequiredText("repository") is not { } text)
            return null;
        if (Domain.Images.Repository.TryParse(text, out var repository))
            return repository;

        problems.Error(fields.Required("repository")!.At, "policy.value", ImageReference.TryParse(text, out var image)
            ? $"'repository' is {Excerpt.Of(text)}, which names a tag or a digest; write '{image.Repository}'"
            : $"'repository' is {Excerpt.Of(text)}, where it is to be a host and a lower-case path, e.g. {Example}");
        return null;
    }
}
