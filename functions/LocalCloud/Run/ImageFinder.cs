using Google.Cloud.Run.V2;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Asks what images stand for, as patiently as Cloud Run, and puts a refusal into Cloud Run's words.</summary>
internal sealed class ImageFinder(IImages images, LocalRunOptions options, CancellationToken stopping)
{
    private static readonly TimeSpan BetweenLookups = TimeSpan.FromSeconds(1);

    /// <summary>Looks all images up.</summary>
    /// <param name="main">The container whose image is to be run.</param>
    /// <returns>That image, or why one of them cannot be had.</returns>
    public async System.Threading.Tasks.Task<(ImageLookup.Found? Found, StartResult.Failed? Problem)> FindAsync(
        IEnumerable<Container> containers, Container main)
    {
        ImageLookup.Found? found = null;
        foreach (var container in containers)
        {
            switch (await FindAsync(container.Image))
            {
                case ImageLookup.Found image: found = container == main ? image : found; break;
                case var other: return (null, Refused(container.Image, other));
            }
        }

        return (found, null);
    }

    private async System.Threading.Tasks.Task<ImageLookup> FindAsync(string reference)
    {
        var deadline = options.Clock.GetUtcNow() + options.StartTimeout;
        while (true)
        {
            var lookup = await images.FindAsync(reference, stopping);
            if (lookup is not ImageLookup.Unreachable || options.Clock.GetUtcNow() >= deadline) return lookup;
            await System.Threading.Tasks.Task.Delay(BetweenLookups, options.Clock, stopping);
        }
    }

    // The first three texts are word for word those of real answers that users reported.
    private static StartResult.Failed Refused(string image, ImageLookup lookup) => lookup switch
    {
        ImageLookup.Missing => StartResult.Failed.ToImport(
            StatusCode.NotFound, Condition.Types.CommonReason.ContainerMissing, $"Image '{image}' not found."),
        ImageLookup.Denied => StartResult.Failed.ToImport(
            StatusCode.PermissionDenied,
            Condition.Types.CommonReason.ContainerPermissionDenied,
            $"Google Cloud Run Service Agent must have permission to read the image, {image}. Ensure that the provided container "
            + "image URL is correct and that the above account has permission to access the image."),
        ImageLookup.WrongPlatform wrong => StartResult.Failed.ToImport(
            StatusCode.InvalidArgument,
            Condition.Types.CommonReason.RevisionFailed,
            $"Cloud Run does not support image '{image}': Container manifest type '{Refusal.Shown(wrong.MediaType)}' "
            + "must support amd64/linux."),
        ImageLookup.Malformed bad => StartResult.Failed.ToImport(
            StatusCode.InvalidArgument,
            Condition.Types.CommonReason.RevisionFailed,
            $"Container import failed: '{image}' cannot be read, {Refusal.Shown(bad.Problem)}."),
        ImageLookup.Unreachable lost => StartResult.Failed.ToImport(
            StatusCode.Internal,
            Condition.Types.CommonReason.Internal,
            $"Container import failed: {Refusal.Shown(lost.Problem)}."),
        _ => throw new InvalidOperationException($"A look-up that nobody named: {lookup.GetType().Name}"),
    };
}
