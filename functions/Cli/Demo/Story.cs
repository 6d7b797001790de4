using CdAutomation.Cli.Up;

namespace CdAutomation.Cli.Demo;

/// <summary>A story that <c>up --demo</c> can tell.</summary>
/// <param name="Name">As it is called on the command line.</param>
/// <param name="About">What it is about, in a sentence without its full stop.</param>
/// <param name="Policies">The policies that it is told under, where the folder has none.</param>
/// <param name="Founding">What the services run when it begins.</param>
/// <param name="TellAsync">Tells it, to its end.</param>
internal sealed record Story(
    string Name, string About, Sample Policies, Founding Founding, Func<Narrator, HttpClient, CancellationToken, Task> TellAsync)
{
    /// <summary>Whether it is about its own policies alone, so that no others can be named.</summary>
    public bool IsBoundToItsPolicies { get; init; }

    /// <summary>All there are; the first is told where none is named.</summary>
    public static IReadOnlyList<Story> All { get; } =
    [
        new("push", "images are pushed, and each is answered", Sample.Usual, Founding.Placeholder,
            (narrator, http, cancellation) => new PushStory(narrator, http).TellAsync(cancellation)),
        new("rollout", "a good release, a bad one that is caught, and a mended one go through stages and a canary", Sample.Rollout, RolloutStory.Before,
            (narrator, _, cancellation) => new RolloutStory(narrator).TellAsync(cancellation)) { IsBoundToItsPolicies = true },
    ];

    /// <summary>It begins at the beginning, and some under their own policies alone.</summary>
    /// <param name="data">Where it would be told.</param>
    /// <param name="policies">The policy folder that was named, or null.</param>
    /// <exception cref="UpException">It cannot be told there.</exception>
    public void Check(DataFolder data, string? policies)
    {
        if (File.Exists(data.Journal))
            throw new UpException($"{data.Path} has a history already, and a story is told from the beginning; leave --data out, or name a folder that is new");
        if (IsBoundToItsPolicies && policies is not null)
            throw new UpException($"--demo {Name} brings its own policies; leave --policies out");
    }

    /// <summary>The one of that name, or null.</summary>
    public static Story? Named(string name) => All.FirstOrDefault(story => story.Name == name);
}
