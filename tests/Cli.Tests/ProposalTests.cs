using System.Collections.Immutable;
using CdAutomation.Cli.Init;
using CdAutomation.Domain.Images;

namespace CdAutomation.Cli.Tests;

/// <summary>What <c>cdctl init</c> makes of what runs.</summary>
public sealed class ProposalTests
{
    private const string Host = "asia-northeast1-docker.pkg.dev";
    private static readonly string Digest = $"sha256:{new string('a', 64)}";
    private static readonly Location Production = new("acme", "asia-northeast1");
    private static readonly Location Staging = new("acme-stg", "asia-northeast1");
    private static readonly Settings Acme = new("acme-cd", "asia-northeast1", "acme/policies");

    [Test]
    public async Task A_repository_is_one_pipeline_whatever_runs_its_images()
    {
        var (pipelines, rest) = await OfAsync(
            Running("service", "web", $"{Host}/acme/app/web:v1.4.2"),
            Running("job", "nightly", $"{Host}/acme/app/web:v1.4.2"),
            Running("workerPool", "mail", $"{Host}/acme/app/mail:v0.1.0"));
        Assert.That(rest, Is.Empty);
        Assert.That(pipelines.Select(it => (it.Name, string.Join(' ', it.Targets.Select(target => $"{target.Kind}={target.Name}")))), Is.EqualTo(new[]
        {
            ("web", "service=web job=nightly"),
            ("mail", "workerPool=mail"),
        }));
    }

    [TestCase("nginx", "names no registry")]
    [TestCase("docker.io/library/nginx:1.27", "tells no topic")]
    [TestCase("us-docker.pkg.dev/cloudrun/container/hello:latest", "placeholder")]
    public async Task What_cannot_be_deployed_by_a_push_is_left_out_with_the_reason(string image, string why)
    {
        var (pipelines, rest) = await OfAsync(Running("service", "web", image));
        Assert.That(pipelines, Is.Empty);
        Assert.That(rest.Single().Why, Does.Contain(why));
        Assert.That(rest.Single().What, Does.Contain("service web of acme/asia-northeast1"));
    }

    [Test]
    public async Task A_service_with_several_containers_belongs_to_one_pipeline()
    {
        var (pipelines, rest) = await OfAsync(
            Running("service", "web", $"{Host}/acme/app/web:v1.0.0") with { Container = "app" },
            Running("service", "web", $"{Host}/acme/app/proxy:v3.0.0") with { Container = "proxy" });
        Assert.That(pipelines.Single().Targets.Single().Container, Is.EqualTo("app"));
        Assert.That(rest.Single().Why, Does.Contain("a target takes one image"));
    }

    [Test]
    public async Task The_functions_own_services_are_none_of_it() =>
        Assert.That(
            await OfAsync(Running("service", "cd-on-tick", $"{Host}/acme/app/functions@{Digest}")),
            Is.EqualTo((ImmutableArray<Proposal>.Empty, ImmutableArray<LeftOut>.Empty)));

    [Test]
    public async Task The_registry_says_what_an_image_is_called_that_is_known_by_its_digest()
    {
        var (pipelines, _) = await Proposals.OfAsync([Running("service", "web", $"{Host}/acme/app/web@{Digest}")], _ => Task.FromResult<string?>("2.0.1"));
        Assert.That(pipelines.Single().Tag, Is.EqualTo("2.0.1"));
    }

    [Test]
    public async Task Names_that_would_be_the_same_are_told_apart()
    {
        var (pipelines, _) = await OfAsync(
            Running("service", "a", $"{Host}/acme/app/web:v1.0.0"),
            Running("service", "b", $"{Host}/acme/other/web:v1.0.0"),
            Running("service", "c", $"{Host}/acme/app/1_web.x:v1.0.0"),
            Running("service", "d", $"{Host}/acme/app/{new string('x', 120)}:v1.0.0"));
        Assert.That(pipelines.Select(it => it.Name), Is.EqualTo(new[] { "web", "other-web", "app-1-web-x", new string('x', 58) }));
    }

    [TestCase("v1.4.2", "range: '>=1.0.0 <2.0.0'")]
    [TestCase("0.3.0", "pattern: '^(?P<version>")]
    [TestCase("latest", "tag: 'latest'")]
    [TestCase("main", "tag: 'main'")]
    [TestCase("main-3f2a91c", "newest: {}")]
    [TestCase("20260101", "newest: {}")]
    [TestCase("1.2.3-rc.1", "newest: {}")]
    [TestCase(null, "range: '>=0.0.0'")]
    public void Whatever_an_image_is_called_the_policy_is_valid_and_passes_its_own_tests(string? tag, string rule)
    {
        foreach (var shadow in new[] { false, true })
        {
            var files = FilesOf(new("web", Repository(), tag, [Running("service", "web", "")]), shadow);
            Assert.That(InitFiles.Wrong(files), Is.Null, files[0].Text);
            Assert.That(files[0].Text, Does.Contain(rule).And.Contain("tests:"));
            Assert.That(files[0].Text.Contains("mode: shadow", StringComparison.Ordinal), Is.EqualTo(shadow));
        }
    }

    [Test]
    public void Several_projects_are_stages_in_the_order_in_which_they_were_looked_at()
    {
        var web = Running("service", "web", "") with { At = Staging, Container = "app" };
        var files = FilesOf(new("web", Repository(), "v1.0.0", [web, web with { At = Production }, Running("job", "nightly", "")]), shadow: false);
        Assert.That(InitFiles.Wrong(files), Is.Null, files[0].Text);
        Assert.That(files[0].Text, Does.Contain("- name: acme-stg\n").And.Contain("stage: acme-stg\n        soakTime: 30m")
            .And.Contain("container: app").And.Contain("- job: nightly"));
        Assert.That(files[0].Text, Does.Contain("acme waits for acme-stg"));
    }

    [Test]
    public void What_is_no_good_policy_is_found_before_it_is_written()
    {
        var bad = new Proposal("web", Repository(), "v1.0.0", [Running("service", "No Such Name", "")]);
        Assert.That(InitFiles.Wrong(FilesOf(bad, shadow: false)), Does.Contain("web.yaml"));
    }

    [Test]
    public void The_builds_have_the_names_that_the_module_gives() => Assert.That(
        FilesOf(Survey.Sample(Acme), shadow: false).Single(file => file.Path.EndsWith("cloudbuild.yaml", StringComparison.Ordinal)).Text,
        Does.Contain("_CDCTL_IMAGE: asia-northeast1-docker.pkg.dev/acme-cd/app/cdctl:stable\n")
            .And.Contain("_POLICY_REPOSITORY: asia-northeast1-docker.pkg.dev/acme-cd/cd-policies/cd\n")
            .And.Contain("_SOURCE: https://github.com/acme/policies\n"));

    private static Repository Repository() => Domain.Images.Repository.TryParse($"{Host}/acme/app/web", out var it) ? it : throw new InvalidOperationException();

    private static ImmutableArray<InitFile> FilesOf(Proposal proposal, bool shadow) => InitFiles.Of("policies", "x.tfvars.json", Acme, [proposal], shadow);

    private static RunningImage Running(string kind, string name, string image) => new(Production, kind, name, null, image);

    private static Task<(ImmutableArray<Proposal>, ImmutableArray<LeftOut>)> OfAsync(params RunningImage[] running) =>
        Proposals.OfAsync(running, _ => Task.FromResult<string?>(null));
}
