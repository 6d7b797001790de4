using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Triggers.Events;

/// <summary>The data of a message of Artifact Registry's topic: an object of <c>action</c>, <c>digest</c> and <c>tag</c>.</summary>
internal static class RegistryMessage
{
    /// <summary>Reads it.</summary>
    /// <param name="data">A JSON object.</param>
    /// <param name="policies">The repository that policies are published to, or null.</param>
    public static Parsed<Signal> Read(JsonElement data, Repository? policies)
    {
        if (!data.Has("action") && !data.Has("digest") && !data.Has("tag"))
        {
            var likeness = data.Has("status") ? "; it looks like a build" : "";
            return new Reason("message.notARegistryEvent", $"the data has neither action, digest nor tag{likeness}");
        }

        var action = data.TextOrProblem("action", out var wrongAction);
        var digest = data.TextOrProblem("digest", out var wrongDigest);
        var tag = data.TextOrProblem("tag", out var wrongTag);
        if ((wrongAction ?? wrongDigest ?? wrongTag) is { } wrong)
            return wrong;

        var read = RegistryNotification.Read(action, digest, tag);
        if (!read.TryGetValue(out var notification))
            return Parsed<Signal>.Refused(read.Problems);
        return notification.Match<Signal>(
            pushed => pushed.Repository == policies
                ? new Signal.PolicyPublished(pushed.Repository, pushed.Digest, pushed.Tag)
                : new Signal.ImagePushed(pushed.Repository, pushed.Digest, pushed.Tag, pushed.Kind),
            removed => new Signal.ImageRemoved(removed.Repository, removed.Tag, removed.Digest));
    }
}
