using System.Text.RegularExpressions;

namespace CdAutomation.Triggers.Events;

/// <summary>The topics that the functions take their messages from, by id, whatever project they are in.</summary>
/// <param name="Images">Fixed by Artifact Registry; <c>gcr</c>.</param>
/// <param name="Builds">Cloud Build's own choice is <c>cloud-builds</c>; a build's <c>options.pubsubTopic</c> may name another.</param>
/// <param name="Ticks">Where Cloud Scheduler publishes; <c>cd-ticks</c>.</param>
public sealed partial record TopicIds(string Images = "gcr", string Builds = "cloud-builds", string Ticks = "cd-ticks")
{
    /// <summary>Whether the text can be a topic's id (pubsub.proto, Topic.name).</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>
    /// The topic's id in the source of a Pub/Sub CloudEvent, <c>//pubsub.googleapis.com/projects/p/topics/t</c>, or in a path that ends
    /// so; else null.
    /// </summary>
    internal static string? NamedIn(string? text) =>
        text is { Length: <= 600 } && NamePattern().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    /// <summary>The topic that the name of a subscription hints at: <c>gcr</c>, <c>gcr-push</c>. A hint only, for names are free.</summary>
    internal string? HintedBy(string? subscription)
    {
        var id = subscription?[(subscription.LastIndexOf('/') + 1)..];
        return id is null ? null : new[] { Images, Builds, Ticks }.FirstOrDefault(topic =>
            id.Equals(topic, StringComparison.Ordinal) || id.StartsWith($"{topic}-", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"(?:^|/)projects/[^/]{1,255}/topics/(?<id>[A-Za-z][A-Za-z0-9._~+%-]{2,254})/?\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
