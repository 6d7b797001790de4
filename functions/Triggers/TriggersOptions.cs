using System.Collections.Immutable;
using CdAutomation.Datadog;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.GoogleCloud;
using CdAutomation.Storage.Firestore;
using CdAutomation.Triggers.Events;
using CdAutomation.Triggers.Identity;

namespace CdAutomation.Triggers;

/// <summary>
/// How the functions are put together. Either <see cref="LocalAccess"/>, or callers in <see cref="GoogleCloud"/> with <see
/// cref="Actors"/>, or nobody is let in.
/// </summary>
public sealed record TriggersOptions
{
    /// <summary>The journal's file; not used where <see cref="Firestore"/> says which database it is kept in.</summary>
    public required string Store { get; init; }

    /// <summary>The journal's Firestore database, or null.</summary>
    public FirestoreOptions? Firestore { get; init; }

    /// <summary>The topics that messages come from.</summary>
    public TopicIds Topics { get; init; } = new();

    /// <summary>The substitution by which builds tell who pushed their commit, or null: then nobody knows.</summary>
    public AuthorSubstitution? Author { get; init; }

    /// <summary>How long things may take.</summary>
    public Patience Patience { get; init; } = Patience.Default;

    /// <summary>Where policies may come from; without a repository none are fetched.</summary>
    public PolicyOrigin Origin { get; init; } = PolicyOrigin.Anywhere;

    /// <summary>Files of a watched policy folder with edits that are not committed.</summary>
    public Func<ImmutableArray<string>> PolicyEdits { get; init; } = static () => [];

    /// <summary>How Google Cloud, or what stands in for it, is reached.</summary>
    public GoogleCloudOptions GoogleCloud { get; init; } = new();

    /// <summary>How Datadog is told of deployments, or null: then it is not.</summary>
    public DatadogOptions? Datadog { get; init; }

    /// <summary>Emails of those who may use the HTTP API with a token of Google's; case does not matter.</summary>
    public ImmutableHashSet<string> Actors { get; init; } = [];

    /// <summary>Who is in which group, by the group's address: the only groups that an approval can come from.</summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>> Groups { get; init; } =
        ImmutableDictionary<string, ImmutableHashSet<string>>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase);

    /// <summary>What an actor is, as policies name it.</summary>
    public ImmutableArray<string> PrincipalsOf(string actor) =>
        [$"user:{actor}", .. Groups.Where(group => group.Value.Contains(actor)).Select(group => $"group:{group.Key}").Order(StringComparer.Ordinal)];

    /// <summary>The token of the local cloud, or null.</summary>
    public LocalAccess? LocalAccess { get; init; }
}
