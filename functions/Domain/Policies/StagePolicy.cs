using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Policies;

/// <summary>An environment: what is deployed there, and what must be true before.</summary>
/// <param name="Name">Unique in its pipeline.</param>
/// <param name="Targets">What takes the images; never empty.</param>
/// <param name="Gates">Those that the stage's own <c>gates</c> name, at most one of a kind. All of them must pass.</param>
public sealed record StagePolicy(string Name, ImmutableArray<Target> Targets, ImmutableArray<Gate> Gates)
{
    /// <summary>The earlier stage that must have proved a release, and for how long; null takes candidates as they come.</summary>
    public Gate.After? After { get; init; }

    /// <summary>How a release is applied.</summary>
    public Strategy Strategy { get; init; } = Strategy.AllAtOnce;

    /// <summary>The names of the images that its targets run.</summary>
    public ImmutableHashSet<string> ImagesUsed => [.. Targets.Select(target => target.Image)];

    /// <summary>Who is told how a rollout ends.</summary>
    public ImmutableArray<Notification> Notify { get; init; } = [];
}

/// <summary>Where the end of a rollout is told. The family is closed.</summary>
public abstract record Notification
{
    private Notification() { }

    /// <summary>A channel of Slack.</summary>
    public sealed record Slack(string Channel) : Notification;

    /// <summary>A topic of Pub/Sub, by its id.</summary>
    public sealed record PubSub(string Topic) : Notification;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Slack, T> slack, Func<PubSub, T> pubSub) => this switch
    {
        Slack it => slack(it),
        PubSub it => pubSub(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
