using System.Net;
using System.Net.Http.Json;
using System.Text;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Requests;

/// <summary>The HTTP API as cdctl uses it: the same records on both sides.</summary>
public sealed class ApiTests
{
    private const string Root = "/functions/OnRequest/v1";

    [Test]
    public async Task Status_tells_where_every_pipeline_stands()
    {
        await using var house = await DeployedAsync();
        var report = (await house.Http.GetFromJsonAsync($"{Root}/status", ApiJson.Default.StatusReport))!;
        var stage = report.Pipelines.Single().Stages.Single();
        Assert.That((report.Commit, report.Events.Received), Is.EqualTo((House.Commit, 1L)));
        Assert.That((stage.Stage, stage.Image, stage.Tag), Is.EqualTo(("production", $"{Messages.Web}@{Messages.DigestA}", "v1.2.3")));
    }

    [TestCase("")]
    [TestCase("?image=v1.2.3")]
    [TestCase("?image=aaaa")]
    [TestCase("?image=sha256:aaaa")]
    [TestCase("?image=asia-northeast1-docker.pkg.dev/acme/app/web:v1.2.3")]
    public async Task Why_tells_the_decisions_of_an_image_and_the_message_that_led_to_them(string query)
    {
        await using var house = await DeployedAsync();
        var report = (await house.Http.GetFromJsonAsync($"{Root}/pipelines/shop/why{query}", ApiJson.Default.WhyReport))!;
        var first = report.Decisions.First(line => line.Record.Outcome == Outcome.Deploying);
        Assert.That((first.Message, first.Delivered, first.Record.Tag), Is.EqualTo(("2070443601311540", 1, "v1.2.3")));
        Assert.That(first.Record.Digest?.Value, Is.EqualTo(Messages.DigestA));
    }

    [Test]
    public async Task Why_of_an_image_that_nobody_saw_has_no_decisions()
    {
        await using var house = await DeployedAsync();
        var report = (await house.Http.GetFromJsonAsync($"{Root}/pipelines/shop/why?image=v9.9.9", ApiJson.Default.WhyReport))!;
        Assert.That(report.Decisions, Is.Empty);
    }

    [Test]
    public async Task Events_tells_what_came_and_what_of_it_was_refused()
    {
        await using var house = await DeployedAsync();
        (await house.Http.SendAsync(Messages.Post("/functions/OnImagePushed", "garbage"))).EnsureSuccessStatusCode();

        var all = (await house.Http.GetFromJsonAsync($"{Root}/events", ApiJson.Default.EventsReport))!;
        Assert.That(all.Counts, Is.EqualTo(new EventCounts(2, 1)));
        Assert.That(all.Events.Select(received => received.Signal), Has.One.InstanceOf<Signal.ImagePushed>());
        var refused = (await house.Http.GetFromJsonAsync($"{Root}/events?refused=true", ApiJson.Default.EventsReport))!;
        Assert.That(refused.Events.Single().Refusal?.Code, Is.EqualTo("message.json"));
        var one = (await house.Http.GetFromJsonAsync($"{Root}/events?limit=1", ApiJson.Default.EventsReport))!;
        Assert.That(one.Events, Has.Length.EqualTo(1));
    }

    private static IEnumerable<string> WaysToNameIt() =>
        ["v1.3.0", Messages.DigestB, $"{Messages.Web}:v1.3.0", $"{Messages.Web}@{Messages.DigestB}"];

    [TestCaseSource(nameof(WaysToNameIt))]
    public async Task Deploy_takes_the_image_and_answers_with_what_was_decided_and_who_asked(string image)
    {
        await using var house = await DeployedAsync();
        house.Registry.Put($"{Messages.Web}:v1.3.0", Messages.DigestB);
        using var answer = await OrderAsync(house, image);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var report = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.WhyReport))!;
        Assert.That(report.Decisions, Is.Not.Empty);
        Assert.That(report.Decisions.Select(line => line.Record.Cause), Has.All.StartsWith("request/"));
        Assert.That(report.Decisions.Select(line => line.Record.Actor), Has.Some.EqualTo("tester"));
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestB}" }));

        var kept = (await house.EventsAsync()).Single(received => received.Topic == "request");
        Assert.That(((Signal.DeployRequested)kept.Signal!).Actor, Is.EqualTo("tester"));
    }

    [Test]
    public async Task An_image_that_the_registry_does_not_have_is_refused_by_the_decision_not_by_the_API()
    {
        await using var house = await DeployedAsync();
        using var answer = await OrderAsync(house, "v7.7.7");
        var report = (await answer.Content.ReadFromJsonAsync(ApiJson.Default.WhyReport))!;
        Assert.That(report.Decisions.Select(line => line.Record.Outcome), Has.Some.EqualTo(Outcome.Refused));
        Assert.That(house.Targets.Running, Is.EqualTo(new[] { $"{Messages.Web}@{Messages.DigestA}" }));
    }

    [Test]
    public async Task The_words_on_the_wire_are_camel_case_and_null_is_left_out()
    {
        await using var house = await DeployedAsync();
        var json = await house.Http.GetStringAsync($"{Root}/pipelines/shop/why?image=v1.2.3");
        Assert.That(json, Does.Contain("\"outcome\":\"deploying\"").And.Not.Contains("null"));
        Assert.That(json, Does.Contain($"\"digest\":\"{Messages.DigestA}\""));
    }

    [Test]
    public async Task An_actor_in_the_order_is_not_believed()
    {
        await using var house = await DeployedAsync();
        using var body = new StringContent("""{"image":"v1.2.3","actor":"root"}""", Encoding.UTF8, "application/json");
        using var answer = await house.Http.PostAsync($"{Root}/pipelines/shop/deploy", body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await house.EventsAsync()).Where(received => received.Topic == "request"), Is.Empty);
    }

    private static Task<HttpResponseMessage> OrderAsync(House house, string image) =>
        house.Http.PostAsJsonAsync($"{Root}/pipelines/shop/deploy", new DeployOrder(image), ApiJson.Default.DeployOrder);

    private static async Task<House> DeployedAsync()
    {
        var house = await House.OpenAsync();
        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        await house.SendAsync(Messages.Image(Messages.Pushed("v1.2.3", Messages.DigestA)));
        return house;
    }
}
