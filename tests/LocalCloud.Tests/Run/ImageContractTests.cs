using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using CommonReason = Google.Cloud.Run.V2.Condition.Types.CommonReason;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>What becomes of a revision whose image cannot be had, or not yet.</summary>
public sealed class ImageContractTests
{
    [TestCase("denied", StatusCode.PermissionDenied, CommonReason.ContainerPermissionDenied, "must have permission to read the image")]
    [TestCase("arm", StatusCode.InvalidArgument, CommonReason.RevisionFailed,
        "Container manifest type 'application/vnd.oci.image.index.v1+json' must support amd64/linux.")]
    [TestCase("broken", StatusCode.InvalidArgument, CommonReason.RevisionFailed, "cannot be read")]
    public async Task An_image_that_cannot_be_used_is_said_why(string tag, StatusCode code, CommonReason reason, string words)
    {
        var images = new NamedImages
        {
            [Image("denied")] = new ImageLookup.Denied(),
            [Image("arm")] = new ImageLookup.WrongPlatform("application/vnd.oci.image.index.v1+json"),
            [Image("broken")] = new ImageLookup.Malformed("it is a poem"),
        };
        await using var cloud = await Cloud.StartAsync(new() { Images = images, SimulatedStart = TimeSpan.Zero });
        var operation = await cloud.CreateAsync("web", Cloud.Wanted(Image(tag)));
        Assert.That((Cloud.CodeOf(operation), (await cloud.GetAsync("web")).TerminalCondition.Reason), Is.EqualTo((code, reason)));
        Assert.That(operation.Error.Message, Does.Contain(words));
    }

    [Test]
    public async Task A_registry_that_does_not_answer_is_asked_until_the_start_limit()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        var images = new NamedImages
        {
            [Image("one")] = new ImageLookup.Unreachable("down"),
            [Image("two")] = new ImageLookup.Unreachable("down")
        };
        await using var cloud = await Cloud.StartAsync(new() { Images = images, SimulatedStart = TimeSpan.Zero, Clock = clock });

        var given = await EndByClockAsync(cloud, clock, await BeginAsync(cloud, "one"), () => { });
        Assert.That(Cloud.CodeOf(given), Is.EqualTo(StatusCode.Internal));
        Assert.That(given.Error.Message, Does.EndWith("Container import failed: down."));

        var healed = await EndByClockAsync(cloud, clock, await BeginAsync(cloud, "two"), () =>
            images[Image("two")] = NamedImages.Found(Image("two")));
        Assert.That(Cloud.CodeOf(healed), Is.EqualTo(StatusCode.OK));
    }

    [Test]
    public async Task Traffic_waits_for_a_superseded_revision_that_it_names()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        var images = new NamedImages { [Image("late")] = new ImageLookup.Unreachable("down") };
        await using var cloud = await Cloud.StartAsync(new() { Images = images, SimulatedStart = TimeSpan.Zero, Clock = clock });
        await cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await cloud.GetAsync("web");
        service.Etag = "";
        service.Template.Revision = "web-late";
        service.Template.Containers[0].Image = Image("late");
        await cloud.Services.UpdateServiceAsync(new() { Service = service });
        service.Template.Revision = "web-soon";
        service.Template.Containers[0].Image = Cloud.Better;
        service.Traffic.Clear();
        service.Traffic.Add([Cloud.To("web-late", 40), Cloud.To("web-soon", 60)]);
        var operation = await cloud.Services.UpdateServiceAsync(new() { Service = service });

        var soon = new Revision();
        for (var turn = 0; ReadyOf(soon) != State.ConditionSucceeded && turn < 3000; turn++)
            soon = await cloud.Revisions.GetRevisionAsync(new() { Name = Cloud.RevisionName("web", "web-soon") });
        var during = await cloud.GetAsync("web");
        Assert.That(ReadyOf(soon), Is.EqualTo(State.ConditionSucceeded));
        Assert.That((during.Reconciling, during.TrafficStatuses.Count, during.ObservedGeneration), Is.EqualTo((true, 1, 1L)));

        images[Image("late")] = NamedImages.Found(Image("late"));
        var ended = await EndByClockAsync(cloud, clock, operation, () => { });
        Assert.That(Cloud.CodeOf(ended), Is.EqualTo(StatusCode.OK));
        Assert.That((await cloud.GetAsync("web")).TrafficStatuses.Select(it => (it.Revision, it.Percent)),
            Is.EqualTo(new[] { ("web-late", 40), ("web-soon", 60) }));
    }

    private static State ReadyOf(Revision revision) =>
        revision.Conditions.FirstOrDefault(it => it.Type == "Ready")?.State ?? State.Unspecified;

    private static string Image(string tag) => $"asia-northeast1-docker.pkg.dev/acme/app/web:{tag}";

    private static async Task<Operation> BeginAsync(Cloud cloud, string id)
    {
        var request = new CreateServiceRequest { Parent = Cloud.Location, ServiceId = id, Service = Cloud.Wanted(Image(id)) };
        return await cloud.Services.CreateServiceAsync(request);
    }

    /// <summary>Lets five minutes go by, second by second; in the middle something happens.</summary>
    private static async Task<Operation> EndByClockAsync(Cloud cloud, FakeTimeProvider clock, Operation operation, Action happens)
    {
        for (var second = 0; !operation.Done; second++)
        {
            Assert.That(second, Is.LessThan(3000), "it never ends");
            if (second == 100) happens();
            clock.Advance(TimeSpan.FromSeconds(1));
            operation = await cloud.Operations.GetOperationAsync(new() { Name = operation.Name });
        }

        return operation;
    }
}
