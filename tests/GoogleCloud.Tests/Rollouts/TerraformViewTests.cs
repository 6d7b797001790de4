using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>Who keeps a target in Terraform sees twenty deploys change what the page tells them to ignore, all of that, and nothing else.</summary>
public sealed class TerraformViewTests
{
    private const int Deploys = 20;
    private const string Ours = "cdautomation.dev/";

    // A field of a version that this build does not know: number 1000, the value 42.
    private static readonly byte[] UnknownField = [0xC0, 0x3E, 0x2A];

    private Cloud _cloud = null!;

    [SetUp]
    public async Task Begins() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Ends() => await _cloud.DisposeAsync();

    [Test]
    public void The_page_tells_to_ignore_in_a_service_what_the_module_ignores() => Assert.That(
        IgnoredFields.Documented("google_cloud_run_v2_service").Paths, Is.EqualTo(IgnoredFields.Applied("modules/target/services.tf").Paths));

    [Test]
    public async Task A_service_with_tags_labels_annotations_and_two_containers()
    {
        var web = Cloud.Service("acme", "web", "web");
        var before = await TerraformedServiceAsync(web);
        using var house = new House(_cloud, new("production", [web], [])
        {
            Strategy = Strategy.AllAtOnce with
            {
                Verify = new Domain.Policies.Verification("/", 200, 2, null),
                Canary = new Canary([new CanaryStep.SetWeight(50)]),
            },
        });
        await DeployAsync(house);

        var after = await _cloud.ServiceAsync(web);
        Assert.That(after.Traffic, Is.EqualTo(before.Traffic), "between two rollouts all of it is where the user put it");
        SeesNothingElse("google_cloud_run_v2_service", before, after, house);
        KeepsOthers(before.Annotations, after.Annotations);
        KeepsOthers(before.Template.Annotations, after.Template.Annotations);
    }

    [Test]
    public async Task A_worker_pool()
    {
        var crew = Cloud.Pool("acme", "crew");
        var pool = new WorkerPool
        {
            Description = "takes from the queue",
            Labels = { ["team"] = "crew" },
            Annotations = { ["example.com/owner"] = "crew" },
            Client = "Terraform",
            ClientVersion = "1.9",
            Scaling = new() { ManualInstanceCount = 3 },
            Template = new() { Labels = { ["tier"] = "back" }, Annotations = { ["example.com/note"] = "x" }, Containers = { Cloud.Old(crew) } },
        };
        pool.MergeFrom(UnknownField);
        var before = await _cloud.CreateAsync(crew, pool);
        using var house = new House(_cloud, new("production", [crew], [])
        {
            Strategy = Strategy.AllAtOnce with { Canary = new Canary([new CanaryStep.SetWeight(50)]) },
        });
        await DeployAsync(house);

        var after = await _cloud.PoolAsync(crew);
        SeesNothingElse("google_cloud_run_v2_worker_pool", before, after, house);
        KeepsOthers(before.Annotations, after.Annotations);
        KeepsOthers(before.Template.Annotations, after.Template.Annotations);
    }

    [Test]
    public async Task A_job_that_is_started_and_a_job_before_it_with_arguments()
    {
        Target[] jobs = [Cloud.Job("acme", "nightly", run: true), Cloud.Job("acme", "migrate")];
        var before = new List<Job>();
        foreach (var target in jobs)
            before.Add(await _cloud.CreateAsync(target, Terraformed(target)));
        using var house = new House(_cloud, new("production", [jobs[0]], [])
        {
            Strategy = Strategy.AllAtOnce with { Predeploy = new("migrate", "migrate", ["migrate", "up"], TimeSpan.FromHours(12)) },
        });
        await DeployAsync(house, "nightly");

        var after = await Task.WhenAll(jobs.Select(_cloud.JobAsync));
        var ignored = IgnoredFields.Documented("google_cloud_run_v2_job");
        for (var at = 0; at < jobs.Length; at++)
        {
            Assert.That(ignored.Rest(after[at]), Is.EqualTo(ignored.Rest(before[at])), jobs[at].Name);
            KeepsOthers(before[at].Annotations, after[at].Annotations);
            KeepsOthers(before[at].Template.Annotations, after[at].Template.Annotations);
            Assert.That(await _cloud.ExecutionsAsync(jobs[at]), Has.Count.EqualTo(Deploys + 1), "one a deploy, and the one of Terraform's own token");
        }

        var written = house.Wire.Written.Cast<Job>().ToLookup(job => job.Name);
        var changed = before.SelectMany(job => written[job.Name].SelectMany(write => ignored.Differing(job, write))).Distinct();
        Assert.That(changed, Is.EquivalentTo(ignored.Paths));
    }

    private static Job Terraformed(Target target)
    {
        var job = new Job
        {
            Labels = { ["team"] = "batch" },
            Annotations = { ["example.com/owner"] = "batch" },
            Client = "Terraform",
            ClientVersion = "1.9",
            Template = new()
            {
                TaskCount = 2,
                Labels = { ["tier"] = "back" },
                Annotations = { ["example.com/note"] = "x" },
                Template = new() { MaxRetries = 0, Containers = { Cloud.Old(target) } },
            },
        };
        job.Template.Template.Containers[0].Args.Add("--all");
        job.Template.Template.Containers[0].Env.Add(new EnvVar { Name = "MODE", Value = "full" });
        if (target.Name == "migrate")
            job.StartExecutionToken = "terraform-1";
        else
            job.RunExecutionToken = "terraform-1";
        job.MergeFrom(UnknownField);
        return job;
    }

    private static async Task DeployAsync(House house, string? lateAt = null)
    {
        for (var number = 1; number <= Deploys; number++)
        {
            var tag = $"v1.{number}.0";
            await house.PushAsync(tag, lateAt, number == 7 && lateAt is not null ? Nature.LateOnce : Nature.Good);
            await house.TickUntilAsync(tag);
            Assert.That(await house.EndsAsync(tag), Is.EqualTo(new[] { Outcome.Deployed }), tag);
        }
    }

    /// <summary>All that is documented was changed by one of the writes, and the resource is without it what it was, unknown fields included.</summary>
    private static void SeesNothingElse<T>(string resource, T before, T after, House house) where T : class, IMessage<T>
    {
        var ignored = IgnoredFields.Documented(resource);
        Assert.That(ignored.Rest(after), Is.EqualTo(ignored.Rest(before)));
        Assert.That(house.Wire.Written.SelectMany(write => ignored.Differing(before, write)).Distinct(), Is.EquivalentTo(ignored.Paths));
    }

    private static void KeepsOthers(MapField<string, string> before, MapField<string, string> after) =>
        Assert.That(after.Where(it => !it.Key.StartsWith(Ours, StringComparison.Ordinal)), Is.EquivalentTo(before));

    private async Task<Service> TerraformedServiceAsync(Target target)
    {
        var main = Cloud.Old(target);
        (main.Name, main.Resources) = ("web", new() { Limits = { ["cpu"] = "2", ["memory"] = "1Gi" } });
        main.Ports.Add(new ContainerPort { ContainerPort_ = 8080 });
        main.Env.Add(new EnvVar { Name = "MODE", Value = "full" });
        var service = new Service
        {
            Description = "the shop",
            Labels = { ["team"] = "web" },
            Annotations = { ["example.com/owner"] = "web" },
            Client = "Terraform",
            ClientVersion = "1.9",
            Ingress = IngressTraffic.InternalOnly,
            Template = new()
            {
                Labels = { ["tier"] = "front" },
                Annotations = { ["example.com/note"] = "x" },
                Timeout = new() { Seconds = 20 },
                Scaling = new() { MaxInstanceCount = 7 },
                Containers = { main, new Container { Name = "proxy", Image = Images.Reference("proxy", "v1.0.0"), DependsOn = { "web" } } },
            },
        };
        service.MergeFrom(UnknownField);
        var created = await _cloud.CreateAsync(target, service);
        created.Traffic.Add(new TrafficTarget
        {
            Type = TrafficTargetAllocationType.Revision,
            Revision = created.LatestReadyRevision.Split('/')[^1],
            Tag = "first",
        });
        return (await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new() { Service = created }))).Response.Unpack<Service>();
    }
}
