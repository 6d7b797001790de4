using CsCheck;
using Google.Cloud.Run.V2;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Whatever is written, in whatever order and however fast: what serves adds up, and has been ready.</summary>
public sealed class TrafficPropertyTests
{
    private static readonly string[] Tags = ["good", "better", "bad", "absent", "other"];

    private static readonly Gen<Step> Steps = Gen.OneOf<Step>(
        Gen.Int[0, Tags.Length - 1].Select(it => (Step)new Step.Image(Tags[it])),
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 100], Gen.Bool)
            .Select((one, other, share, tag) => (Step)new Step.Split(one, other, share, tag)),
        Gen.Const((Step)new Step.Latest()),
        Gen.Const((Step)new Step.Nowhere()),
        Gen.Const((Step)new Step.Wait()));

    [Test]
    public async Task Traffic_adds_up_to_100_and_goes_only_to_revisions_that_are_ready()
    {
        await using var cloud = await Cloud.StartAsync();
        var number = 0;
        await Steps.Array[1, 12].SampleAsync(async steps =>
        {
            var id = $"web-{Interlocked.Increment(ref number)}";
            await cloud.CreateAsync(id, Cloud.Wanted(Cloud.Good));
            var seen = new Dictionary<string, bool>();
            Google.LongRunning.Operation? last = null;
            foreach (var step in steps)
            {
                last = await WriteAsync(cloud, id, step, last) ?? last;
                if (step is Step.Wait && last is not null) await cloud.EndAsync(last);
                await CheckAsync(cloud, id);
            }

            if (last is not null) await cloud.EndAsync(last);
            await CheckAsync(cloud, id);
            var end = await cloud.GetAsync(id);
            Assert.That(end.Reconciling, Is.False, "nothing is left undone");
            if (end.TerminalCondition.State == State.ConditionSucceeded)
                Assert.That(end.TrafficStatuses.Select(it => (it.Type, it.Revision, it.Percent, it.Tag)),
                    Is.EqualTo(end.Traffic.Select(it => (it.Type, it.Revision, it.Percent, it.Tag))));
        }, iter: 60, threads: 2);
    }

    private static async Task<Google.LongRunning.Operation?> WriteAsync(
        Cloud cloud, string id, Step step, Google.LongRunning.Operation? last)
    {
        if (step is Step.Wait) return last;
        var service = await cloud.GetAsync(id);
        var revisions = (await cloud.Revisions.ListRevisionsAsync(new() { Parent = service.Name })).Revisions
            .Select(it => RolloutContractTests.RevisionOf(it.Name)).ToArray();
        service.Etag = "";
        switch (step)
        {
            case Step.Image image: service.Template.Containers[0].Image = $"asia-northeast1-docker.pkg.dev/acme/app/web:{image.Tag}"; break;
            case Step.Split split:
                service.Traffic.Clear();
                service.Traffic.Add(Cloud.To(revisions[split.One % revisions.Length], split.Share, split.Tagged ? "canary" : ""));
                service.Traffic.Add(Cloud.To(revisions[split.Other % revisions.Length], 100 - split.Share));
                break;
            case Step.Nowhere:
                service.Traffic.Clear();
                service.Traffic.Add(Cloud.To($"{id}-nowhere", 100));
                break;
            default: service.Traffic.Clear(); break;
        }

        return await cloud.Services.UpdateServiceAsync(new() { Service = service });
    }

    private static async Task CheckAsync(Cloud cloud, string id)
    {
        var service = await cloud.GetAsync(id);
        Assert.That(service.TrafficStatuses.Sum(it => it.Percent), Is.EqualTo(100));
        Assert.That(service.LatestReadyRevision, Is.Not.Empty);
        foreach (var status in service.TrafficStatuses)
        {
            var name = status.Type == TrafficTargetAllocationType.Latest
                ? service.LatestReadyRevision
                : $"{service.Name}/revisions/{status.Revision}";
            var revision = await cloud.Revisions.GetRevisionAsync(new() { Name = name });
            Assert.That(revision.Conditions.Single(it => it.Type == "Ready").State, Is.EqualTo(State.ConditionSucceeded), name);
        }
    }

    private abstract record Step
    {
        public sealed record Image(string Tag) : Step;

        public sealed record Split(int One, int Other, int Share, bool Tagged) : Step;

        public sealed record Latest : Step;

        public sealed record Nowhere : Step;

        public sealed record Wait : Step;
    }
}
