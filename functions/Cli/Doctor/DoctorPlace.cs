using System.Collections.Immutable;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;

namespace CdAutomation.Cli.Doctor;

/// <summary>A topic that must be there.</summary>
/// <param name="Name"><c>projects/{project}/topics/{id}</c>.</param>
/// <param name="Without">What happens without it, for people.</param>
internal sealed record WantedTopic(string Name, string Without);

/// <summary>A subscription that must be there.</summary>
/// <param name="Name"><c>projects/{project}/subscriptions/{id}</c>.</param>
/// <param name="Topic">The topic it takes from, by its full name.</param>
/// <param name="Function">The Cloud Run service that it pushes to; null locally, and where it is pulled.</param>
/// <param name="Endpoint">Where exactly it pushes to; null where that is known from <paramref name="Function"/>, and where it is pulled.</param>
/// <param name="DeadLetters">The topic of what keeps failing; null where none is needed.</param>
internal sealed record WantedSubscription(string Name, string Topic, string? Function, string? Endpoint, string? DeadLetters)
{
    /// <summary>Whether messages are pushed.</summary>
    public bool Pushes => Function is not null || Endpoint is not null;

    /// <summary>Its last part.</summary>
    public string Id => Name[(Name.LastIndexOf('/') + 1)..];
}

/// <summary>What there must be, and where.</summary>
internal sealed record DoctorPlace
{
    /// <summary>The running <c>up</c>; null on Google Cloud.</summary>
    public Addresses? Up { get; private init; }

    /// <summary>The project of the functions.</summary>
    public required string Project { get; init; }

    /// <summary>Region of the functions; null locally.</summary>
    public string? Region { get; private init; }

    public required ImmutableArray<WantedTopic> Topics { get; init; }

    public required ImmutableArray<WantedSubscription> Subscriptions { get; init; }

    /// <summary>The command that makes everything here as it should be.</summary>
    public required string Again { get; init; }

    /// <summary>How long an event may be on its way.</summary>
    public required TimeSpan Lag { get; init; }

    /// <summary>For people.</summary>
    public string Name => Up is null ? $"project {Project}, {Region}" : $"'cdctl up' in {Up.Data}";

    /// <summary>Email of the account that the functions run as; null locally, where nobody is anybody.</summary>
    public string? Account => Up is null ? $"cd-functions@{Project}.iam.gserviceaccount.com" : null;

    /// <summary>The subscription of the dead letters.</summary>
    public string DeadLetters => $"projects/{Project}/subscriptions/{LocalStack.DeadLetters}";

    /// <summary>The topic that outcomes are told to.</summary>
    public string Deployments => $"projects/{Project}/topics/deployments";

    /// <summary>What 'cdctl up' makes.</summary>
    public static DoctorPlace Of(Addresses up)
    {
        var routes = LocalStack.RoutesTo(new Uri(up.Web));
        return new()
        {
            Up = up,
            Project = LocalStack.Project,
            Topics = TopicsOf(LocalStack.Project, LocalStack.Project),
            Subscriptions = [.. routes.Select(route => new WantedSubscription(
                route.Subscription, route.Topic, null, route.Endpoint?.AbsoluteUri, route.DeadLetterTopic))],
            Again = $"cdctl up --data {Shell.Quoted(up.Data)} --policies {Shell.Quoted(up.Policies)}",
            Lag = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>What infra/modules/automation makes.</summary>
    /// <param name="project">The project of the functions.</param>
    /// <param name="region">Their region.</param>
    /// <param name="source">The project of images and builds, where it is another one.</param>
    /// <param name="again">The command that makes it.</param>
    public static DoctorPlace OnGoogleCloud(string project, string region, string? source, string again)
    {
        source ??= project;
        var dead = $"projects/{project}/topics/{LocalStack.DeadLetters}";
        return new()
        {
            Project = project,
            Region = region,
            Topics = TopicsOf(project, source),
            Subscriptions =
            [
                new($"projects/{project}/subscriptions/gcr-push", $"projects/{source}/topics/gcr", "cd-on-image-pushed", null, dead),
                new($"projects/{project}/subscriptions/cloud-builds-push", $"projects/{source}/topics/cloud-builds", "cd-on-build-finished", null, dead),
                // A tick is made up for by the next one.
                new($"projects/{project}/subscriptions/cd-ticks-push", $"projects/{project}/topics/cd-ticks", "cd-on-tick", null, null),
                new($"projects/{project}/subscriptions/{LocalStack.DeadLetters}", dead, null, null, null),
            ],
            Again = again,
            Lag = TimeSpan.FromMinutes(2),
        };
    }

    // The first two names are Google's: Artifact Registry and Cloud Build publish to these and to no others.
    private static ImmutableArray<WantedTopic> TopicsOf(string project, string source) =>
    [
        new($"projects/{source}/topics/gcr", "no push is told"),
        new($"projects/{source}/topics/cloud-builds", "no build is told"),
        new($"projects/{project}/topics/cd-ticks", "nothing wakes what waits"),
        new($"projects/{project}/topics/deployments", "nobody is told what was deployed"),
        new($"projects/{project}/topics/{LocalStack.DeadLetters}", "what keeps failing is lost"),
    ];
}
