using System.Collections.Concurrent;
using CdAutomation.LocalCloud.PubSub;
using Grpc.Core;

namespace CdAutomation.LocalCloud.Tests.PubSub;

public sealed class PubSubDurabilityTests
{
    private const string TopicName = "projects/prj/topics/gcr";
    private const string SubscriptionName = "projects/prj/subscriptions/pulled";
    private string _directory = "";

    [SetUp]
    public void MakeFolder() => _directory = Directory.CreateTempSubdirectory("pubsub-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task What_was_published_survives_kills_and_what_was_acknowledged_does_not_return()
    {
        var published = new ConcurrentBag<string>();
        // An acknowledgement whose answer the kill swallowed may have been kept or not.
        var (asked, acknowledged) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        for (var round = 0; round < 3; round++)
            await WorkUntilKilledAsync(published, asked, acknowledged, messages: 40 + 25 * round);
        Assert.That(acknowledged, Is.Not.Empty);
        Assert.That(published.Distinct().Count(), Is.EqualTo(published.Count), "no id is given twice");

        await using var process = await KillableProcess.StartAsync(typeof(PubSubProcess), _directory);
        using var client = new PubSubClient(process.FirstLine);
        var returned = new HashSet<string>();
        var unacknowledged = published.Except(asked).ToHashSet();
        await Eventually.SeesAsync(
            async () =>
            {
                returned.UnionWith((await client.PullAsync(SubscriptionName)).Select(received => received.Message.MessageId));
                return returned;
            },
            seen => seen.IsSupersetOf(unacknowledged));
        Assert.That(returned.Intersect(acknowledged), Is.Empty);
    }

    [Test]
    public async Task A_push_that_was_owed_before_the_kill_is_made_after_it()
    {
        await using var receiver = await PushReceiver.StartAsync();
        receiver.Answer = _ => 503;
        string id;
        await using (var process = await KillableProcess.StartAsync(typeof(PubSubProcess), _directory))
        {
            await PubSubSetup.EnsureAsync(
                process.FirstLine,
                [new(TopicName, "projects/prj/subscriptions/pushed", receiver.Endpoint("/push")) { MinBackoff = TimeSpan.Zero }],
                CancellationToken.None);
            using var client = new PubSubClient(process.FirstLine);
            id = await client.PublishAsync(TopicName, "owed");
            await Eventually.SeesAsync(() => receiver.Pushes, pushes => pushes.Count > 0);
        }

        var before = receiver.Pushes.Count;
        receiver.Answer = _ => 204;
        await using var again = await KillableProcess.StartAsync(typeof(PubSubProcess), _directory);
        var pushes = await Eventually.SeesAsync(() => receiver.Pushes, seen => seen.Count > before);
        Assert.That(pushes[^1].Id, Is.EqualTo(id));
    }

    [Test]
    public async Task One_folder_has_one_host()
    {
        await using var first = await LocalPubSub.StartAsync(new() { DataDirectory = _directory }, CancellationToken.None);
        Assert.That(
            () => LocalPubSub.StartAsync(new() { DataDirectory = _directory }, CancellationToken.None),
            Throws.InstanceOf<IOException>().With.Message.Contains("another process"));
    }

    private async Task WorkUntilKilledAsync(
        ConcurrentBag<string> published, ConcurrentBag<string> asked, ConcurrentBag<string> acknowledged, int messages)
    {
        await using var process = await KillableProcess.StartAsync(typeof(PubSubProcess), _directory);
        await PubSubSetup.EnsureAsync(process.FirstLine, [new(TopicName, SubscriptionName, null)], CancellationToken.None);
        using var client = new PubSubClient(process.FirstLine);
        var count = 0;
        await Task.WhenAll(
            UntilItEndsAsync(async () =>
            {
                published.Add(await client.PublishAsync(TopicName, "x"));
                if (++count >= messages)
                    process.Kill();
            }),
            UntilItEndsAsync(async () =>
            {
                foreach (var received in (await client.PullAsync(SubscriptionName)).Where((_, index) => index % 2 == 0))
                {
                    asked.Add(received.Message.MessageId);
                    await client.AcknowledgeAsync(SubscriptionName, received.AckId);
                    acknowledged.Add(received.Message.MessageId);
                }
            }));
    }

    private static async Task UntilItEndsAsync(Func<Task> work)
    {
        while (true)
        {
            try
            {
                await work();
            }
            catch (RpcException ended) when (ended.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)
            {
                return;
            }
        }
    }
}
