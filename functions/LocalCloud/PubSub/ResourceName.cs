using System.Text.RegularExpressions;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>The grammar of names (pubsub.proto, Topic.name and Subscription.name): <c>projects/{project}/{kind}/{id}</c>,
/// where the id starts with a letter, has 3 to 255 of <c>[A-Za-z0-9._~+%-]</c>, and does not start with <c>goog</c>.</summary>
internal static partial class ResourceName
{
    /// <summary>What a subscription's topic reads after the topic was deleted (pubsub.proto, Subscription.topic).</summary>
    public const string DeletedTopic = "_deleted-topic_";

    public static string Topic(string name) => Valid(name, "topics");

    public static string Subscription(string name) => Valid(name, "subscriptions");

    public static string Project(string name) => ProjectPattern().IsMatch(name)
        ? name
        : throw Refusal.Invalid($"Invalid [projects] name: (name={Shown(name)})");

    public static (string Project, string Id) Split(string name)
    {
        var parts = name.Split('/');
        return (parts[1], parts[3]);
    }

    private static string Valid(string name, string kind)
    {
        var match = Pattern().Match(name);
        return match.Success && match.Groups["kind"].ValueSpan.SequenceEqual(kind)
            ? name
            : throw Refusal.Invalid($"Invalid [{kind}] name: (name={Shown(name)})");
    }

    private static string Shown(string name) => name.Length <= 300 ? name : name[..300] + "…";

    [GeneratedRegex(
        @"\Aprojects/[A-Za-z0-9.:_-]{1,128}/(?<kind>topics|subscriptions)/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\Aprojects/[A-Za-z0-9.:_-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectPattern();
}
