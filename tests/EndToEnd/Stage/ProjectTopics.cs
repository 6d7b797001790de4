using System.Text.Json;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>
/// Repositories of several projects, each with a topic <c>gcr</c> of its own, as Artifact Registry has it. Google's emulator pushes two
/// messages of a subscription at a time, so that one topic alone would make every storm a drizzle.
/// </summary>
internal sealed class ProjectTopics(string pubsub) : IAnnouncements, IDisposable
{
    private const int Count = 8;

    private readonly TopicAnnouncements[] _topics =
        [.. Projects.Select(project => new TopicAnnouncements(pubsub, project, TimeProvider.System))];

    public static IReadOnlyList<string> Projects { get; } = [.. Enumerable.Range(0, Count).Select(number => $"team-{number}")];

    public ValueTask PublishAsync(byte[] json, CancellationToken cancellation)
    {
        using var document = JsonDocument.Parse(json);
        var repository = document.RootElement.GetProperty("digest").GetString()!.Split('@')[0];
        return _topics[repository.Sum(letter => letter) % Count].PublishAsync(json, cancellation);
    }

    public void Dispose()
    {
        foreach (var topic in _topics)
            topic.Dispose();
    }
}
