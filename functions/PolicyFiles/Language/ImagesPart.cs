using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
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
    public static ImmutableSortedDictionary<string, Repository> Read(Fields spec, out NameTable? names, ProblemList problems)
    {
        var images = ImmutableSortedDictionary.CreateBuilder<string, Repository>(StringComparer.Ordinal);
        names = null;
        if (spec.Node(PipelineModel.Images) is not { } node)
            return images.ToImmutable();
        if (node is not YamlNode.Mapping mapping)
        {
            problems.Error(node.At, "policy.type",
                $"'images' is {node.Kind}, where a mapping is needed, e.g. web: {{ repository: {Example} }}");
            return images.ToImmutable();
        }

        names = new(mapping.Entries.Select(entry => entry.Key.Text));
        if (mapping.Entries is [])
            problems.Error(mapping.At, "policy.value", "'images' is empty, where an image is needed");
        var owners = new Dictionary<Repository, string>();
        foreach (var entry in mapping.Entries)
        {
            var (name, repository) = (problems.Text(entry.Key, "the name of an image", Texts.Label), Repository(entry.Value, problems));
            if (name is null || repository is null)
                continue;
            if (owners.TryAdd(repository, name))
                images.Add(name, repository);
            else
                problems.Error(entry.Value.At, "policy.duplicateImage",
                    $"the image '{name}' has the repository of '{owners[repository]}'; one image has one name");
        }
        if (mapping.Entries is [_, var second, ..])
            CheckSeveral(spec, second.Key.At, problems);
        return images.ToImmutable();
    }

    private static void CheckSeveral(Fields spec, Position second, ProblemList problems)
    {
        if (!spec.Has(PipelineModel.Match))
            problems.Error(second, "policy.missingKey",
                $"spec needs 'match' where there are several images: {string.Join(", ", Words.Matches.Words)}");
    }

    private static Repository? Repository(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, PipelineModel.Image, problems) is not { } fields || fields.Text(PipelineModel.Repository) is not { } text)
            return null;
        if (Domain.Images.Repository.TryParse(text, out var repository))
            return repository;

        problems.Error(fields.ValueAt(PipelineModel.Repository), "policy.value", ImageReference.TryParse(text, out var image)
            ? $"'repository' is {Excerpt.Of(text)}, which names a tag or a digest; write '{image.Repository}'"
            : $"'repository' is {Excerpt.Of(text)}, where it is to be a host and a lower-case path, e.g. {Example}");
        return null;
    }
}
