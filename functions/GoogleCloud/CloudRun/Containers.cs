using System.Diagnostics.CodeAnalysis;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>Which container of a template or a revision a target means.</summary>
internal static class Containers
{
    /// <summary>The container of the target's name; without a name, the only one, or the only one with a port.</summary>
    public static bool TryFind(
        IReadOnlyList<Container> containers, Target target, [NotNullWhen(true)] out Container? found, [NotNullWhen(false)] out Reason? why)
    {
        var fitting = target.Container is { } name
            ? containers.Where(container => container.Name == name).ToArray()
            : containers is [var only] ? [only] : containers.Where(container => container.Ports.Count > 0).ToArray();

        found = fitting is [var one] ? one : null;
        why = found is null ? Misfit(containers, target) : null;
        return found is not null;
    }

    /// <summary>The same in the template of what was read.</summary>
    public static bool TryFind(
        RunResource read, Target target, [NotNullWhen(true)] out Container? found, [NotNullWhen(false)] out Reason? why)
    {
        if (read.Containers is { } containers)
            return TryFind(containers, target, out found, out why);

        (found, why) = (null, new("target.template", $"{target} has no template"));
        return false;
    }

    /// <summary>Whether the container is told to run exactly this image; a tag beside a digest means nothing.</summary>
    public static bool Runs(Container container, ImageReference? image) =>
        image is not null && ImageReference.TryParse(container.Image, out var reference) && IsSame(reference, image);

    /// <summary>Whether two references mean one image: by digest, or, where one of them has none, by the tag.</summary>
    public static bool IsSame(ImageReference? one, ImageReference? other) =>
        one is not null && other is not null
        && one.Repository == other.Repository
        && (one.Digest is not null && other.Digest is not null ? one.Digest == other.Digest : one.Tag == other.Tag);

    private static Reason Misfit(IReadOnlyList<Container> containers, Target target)
    {
        var names = containers.Count == 0 ? "none" : string.Join(", ", containers.Take(10).Select(container => Excerpt.Of(container.Name)));
        return new("target.container", target.Container is { } name
            ? $"{target} has no single container named {Excerpt.Of(name)}; its containers are {names}"
            : $"{target} has {containers.Count} containers ({names}) of which not exactly one has a port; name one in the policy's target");
    }
}
