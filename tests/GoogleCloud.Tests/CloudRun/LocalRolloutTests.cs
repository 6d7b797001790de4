using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Tests.Webhooks;
using CdAutomation.GoogleCloud.Verification;
using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>The local Cloud Run was written from Cloud Run's contract by itself, and so is a second opinion on the scripted one.</summary>
public sealed class LocalRolloutTests
{
    [Test]
    public async Task A_rollout_goes_by_its_steps_is_asked_at_its_address_and_goes_back()
    {
        await using var run = await StartAsync();
        using var targets = new CloudRunTargets(Web.Options(new Uri($"http://{run.Address}")), new Tokens(), TimeProvider.System);

        var first = (StepResult.Done)await ApplyAsync(targets, Web.First(0));
        Assert.That(first.Before!.Image, Is.EqualTo(Web.Footing.Image));
        Assert.That(await VerifyAsync(first), Is.EqualTo(new StepResult.Done(first.Revision)));
        Assert.That(await SharesAsync(run), Is.EqualTo(new[] { (first.Before.Revision!, 100) }));

        await ApplyAsync(targets, Web.Step(25) with { Before = first.Before });
        Assert.That(await SharesAsync(run), Is.EqualTo(new[] { (first.Before.Revision!, 75), (first.Revision!, 25) }));

        await ApplyAsync(targets, Web.Step(100, "order-3") with { Before = first.Before });
        Assert.That(await SharesAsync(run), Is.EqualTo(new[] { ("", 100) }));

        var back = await targets.TakeBackAsync(Web.Return(first.Before), _ => ValueTask.FromResult(true), CancellationToken.None);
        Assert.That(back, Is.TypeOf<StepResult.Done>());
        var service = await GetAsync(run);
        Assert.That(service.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(service.TrafficStatuses.Single().Percent, Is.EqualTo(100));
        Assert.That(service.LatestReadyRevision, Does.EndWith(((StepResult.Done)back).Revision!));
    }

    [TestCase(0)]
    [TestCase(100)]
    public async Task What_does_not_start_is_taken_back(int percent)
    {
        await using var run = await StartAsync();
        using var targets = new CloudRunTargets(Web.Options(new Uri($"http://{run.Address}")), new Tokens(), TimeProvider.System);
        var before = (await GetAsync(run)).LatestReadyRevision.Split('/')[^1];
        var order = Web.First(percent);
        order = order with { Image = order.Image with { Digest = Domain.Images.Digest.Parse("sha256:" + new string('b', 64)) } };

        Assert.That(await targets.ApplyAsync(order, _ => ValueTask.FromResult(true), CancellationToken.None), Is.TypeOf<StepResult.Failed>());
        var back = Web.Return(Web.Footing with { Revision = before }) with { Image = order.Image };
        Assert.That(await targets.TakeBackAsync(back, _ => ValueTask.FromResult(true), CancellationToken.None), Is.TypeOf<StepResult.Done>());

        var service = await GetAsync(run);
        Assert.That(service.Template.Containers[0].Image, Is.EqualTo(Web.Before));
        Assert.That(service.TerminalCondition.State, Is.EqualTo(Condition.Types.State.ConditionSucceeded));
        Assert.That(await SharesAsync(run), Is.EqualTo(new[] { ("", 100) }));
    }

    private static async Task<LocalRun> StartAsync()
    {
        var run = await LocalRun.StartAsync(
            new LocalRunOptions { Images = new AnyImage(), SimulatedStart = TimeSpan.FromMilliseconds(1) }, CancellationToken.None);
        var service = new Service { Template = new() { Containers = { new Container { Image = Web.Before } } } };
        using var channel = GrpcChannel.ForAddress($"http://{run.Address}");
        await new Services.ServicesClient(channel).CreateServiceAsync(
            new CreateServiceRequest { Parent = "projects/acme/locations/asia-northeast1", ServiceId = "web", Service = service });
        while ((await GetAsync(run)).LatestReadyRevision.Length == 0)
            await Task.Delay(5);
        return run;
    }

    private static async Task<Service> GetAsync(LocalRun run)
    {
        using var channel = GrpcChannel.ForAddress($"http://{run.Address}");
        return await new Services.ServicesClient(channel).GetServiceAsync(new GetServiceRequest { Name = Web.Target.ResourceName });
    }

    private static async Task<(string Revision, int Percent)[]> SharesAsync(LocalRun run) =>
        [.. (await GetAsync(run)).Traffic.Where(entry => entry.Percent > 0).Select(entry => (entry.Revision, entry.Percent))];

    private static Task<StepResult> ApplyAsync(CloudRunTargets targets, Effect.Apply order) =>
        targets.ApplyAsync(order, _ => ValueTask.FromResult(true), CancellationToken.None);

    private static async Task<StepResult> VerifyAsync(StepResult.Done made)
    {
        using var verifier = new HttpVerifier(new VerificationOptions(), new Hook.Identities(), TimeProvider.System);
        return await verifier.VerifyAsync(
            new Effect.Verify("order-2", DateTimeOffset.UnixEpoch, 0, "production", Web.Target, made.Revision!, made.Address!,
                new Domain.Policies.Verification("/", 200, 3, null)),
            CancellationToken.None);
    }

    /// <summary>Every image is there, and one whose digest is of b does not start.</summary>
    private sealed class AnyImage : IImages
    {
        public ValueTask<ImageLookup> FindAsync(string reference, CancellationToken cancellation)
        {
            var digest = "sha256:" + new string(reference.EndsWith("bb", StringComparison.Ordinal) ? 'b' : 'a', 64);
            var labels = new Dictionary<string, string>();
            if (digest[^1] == 'b')
                labels["cdautomation.simulate"] = "fails-to-start";
            return new(new ImageLookup.Found(digest, digest, reference, labels));
        }
    }
}
