using System.Net;
using System.Net.Http.Json;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>Policies that are published, from the message of the registry's topic to what the HTTP API tells of them.</summary>
public sealed class PolicyEventTests
{
    private const string Next = "feed000000000000000000000000000000000000";

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_push_to_the_repository_of_policies_puts_them_into_force_before_it_is_acknowledged()
    {
        await using var house = await OpenAsync();
        var digest = house.Artifacts.Publish(Policies(Next, Noon, Messages.Fixture("shop.yaml")));
        await house.SendAsync(Published(digest.Value, "current"));

        Assert.That((await house.EventsAsync()).Single().Signal, Is.EqualTo(new Signal.PolicyPublished(MemoryArtifacts.Home, digest, "current")));
        var report = await ReportAsync(house);
        Assert.That(report.Active, Is.EqualTo(new PolicyStanding(
            Next, Noon, "https://git.acme.example/policies", $"{MemoryArtifacts.Home}@{digest}", report.Active!.Since, report.Active.Pipelines)
        {
            Repositories = report.Active.Repositories,
        }));
        Assert.That(report.Active.Pipelines, Is.EqualTo(new[] { "shop" }));
        Assert.That(report.Active.Repositories, Is.Not.Empty.And.All.Property("Path").EqualTo("acme/app/web"));
        Assert.That((report.Refused, report.Edits), Is.EqualTo((Array.Empty<PolicyRefusal>(), Array.Empty<string>())));
    }

    [Test]
    public async Task Policies_that_cannot_be_read_change_nothing_and_are_told_with_every_reason()
    {
        await using var house = await OpenAsync();
        var good = house.Artifacts.Publish(Policies(Next, Noon, Messages.Fixture("shop.yaml")));
        await house.SendAsync(Published(good.Value, "current"));
        var bad = house.Artifacts.Publish(new(new("dead000000000000000000000000000000000000", Noon.AddMinutes(1), "git"), false, """{"pipelines":"none"}"""));
        await house.SendAsync(Published(bad.Value, "current"));

        var report = await ReportAsync(house);
        Assert.That(report.Active!.Commit, Is.EqualTo(Next));
        Assert.That(report.Refused.Single(), Has.Property("Digest").EqualTo(bad).And.Property("Commit").StartsWith("dead"));
        Assert.That(report.Refused.Single().Reasons, Is.Not.Empty);
    }

    [TestCase("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [TestCase("""{"pipelines":{},"pipelines":{}}""")]
    [TestCase("")]
    [TestCase("\0\0\0")]
    [TestCase("""{"a":"\ud800"}""")]
    public async Task Text_that_is_no_policies_is_refused_without_a_crash(string canonical)
    {
        await using var house = await OpenAsync();
        var digest = house.Artifacts.Publish(new(new(Next, Noon, "git"), false, canonical));
        await house.SendAsync(Published(digest.Value, "current"));
        Assert.That((await ReportAsync(house)).Refused.Single().Digest, Is.EqualTo(digest));
    }

    [Test]
    public async Task A_push_of_policies_to_another_repository_means_nothing()
    {
        await using var house = await OpenAsync();
        var digest = house.Artifacts.Publish(Policies(Next, Noon, Messages.Fixture("shop.yaml")));
        await house.SendAsync(Messages.Image(
            $$"""{"action":"INSERT","digest":"{{MemoryArtifacts.Home}}-copy@{{digest}}","tag":"{{MemoryArtifacts.Home}}-copy:current"}"""));

        Assert.That((await house.EventsAsync()).Single().Refusal?.Code, Is.EqualTo("event.unheard"));
        Assert.That((await ReportAsync(house)).Active!.Commit, Is.EqualTo(House.Commit));
    }

    [Test]
    public async Task The_api_tells_of_edits_that_are_not_committed()
    {
        await using var house = await House.OpenAsync(options => options with { PolicyEdits = () => ["shop.yaml"] });
        Assert.That((await ReportAsync(house)).Edits, Is.EqualTo(new[] { "shop.yaml" }));
        var status = await house.Http.GetFromJsonAsync("/functions/OnRequest/v1/status", ApiJson.Default.StatusReport);
        Assert.That(status!.Edits, Is.EqualTo(new[] { "shop.yaml" }));
    }

    [Test]
    public async Task Before_the_first_policies_the_api_says_that_there_are_none()
    {
        await using var house = await House.OpenWithoutPoliciesAsync();
        Assert.That((await ReportAsync(house)).Active, Is.Null);
        using var posted = await house.Http.PostAsync("/functions/OnRequest/v1/policy", null);
        Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    private static Task<House> OpenAsync() => House.OpenAsync(options => options with { Origin = new(MemoryArtifacts.Home, null, null) });

    private static PolicyArtifact Policies(string commit, DateTimeOffset at, string yaml)
    {
        Assert.That(CompiledPolicies.Compile([new("shop.yaml", yaml)], commit).TryGetValue(out var compiled));
        return new(new PolicyEdition(commit, at, "https://git.acme.example/policies"), false, compiled!.Canonical);
    }

    private static HttpRequestMessage Published(string digest, string tag) => Messages.Image(
        $$"""{"action":"INSERT","digest":"{{MemoryArtifacts.Home}}@{{digest}}","tag":"{{MemoryArtifacts.Home}}:{{tag}}"}""");

    private static async Task<PolicyReport> ReportAsync(House house) =>
        (await house.Http.GetFromJsonAsync("/functions/OnRequest/v1/policy", ApiJson.Default.PolicyReport))!;
}
