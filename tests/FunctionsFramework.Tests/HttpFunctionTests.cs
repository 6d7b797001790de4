using System.Net;
using Google.Cloud.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace CdAutomation.FunctionsFramework.Tests;

/// <summary>What the official framework 3.0.1 was seen to do with an HTTP function, asked of the stand-in.</summary>
public sealed class HttpFunctionTests
{
    [Test]
    public async Task A_function_that_says_nothing_is_answered_200_and_empty()
    {
        await using var served = await Served.Of<SilentFunction>();
        using var answer = await served.Http.PostAsync("/any/path", new StringContent("anything"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
    }

    [Test]
    public async Task A_function_that_throws_is_answered_500_and_the_process_goes_on()
    {
        await using var served = await Served.Of<ThrowingFunction>();
        for (var time = 0; time < 2; time++)
        {
            using var answer = await served.Http.GetAsync("/");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("as the test wants"));
        }
    }

    [TestCase("/robots.txt")]
    [TestCase("/favicon.ico")]
    public async Task What_browsers_and_robots_ask_for_never_reaches_the_function(string path)
    {
        await using var served = await Served.Of<SilentFunction>();
        using var answer = await served.Http.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Startups_are_applied_in_order_and_before_the_function()
    {
        await using var served = await Served.Of<TellingFunction>();
        Assert.That(await served.Http.GetStringAsync("/"), Is.EqualTo("first, second hello"));
        Assert.That(await served.Http.GetStringAsync("/early"), Is.EqualTo("early"));
    }

    [TestCase("CdAutomation.Nowhere", "no such type")]
    [TestCase("CdAutomation.FunctionsFramework.Tests.NoFunction", "neither an IHttpFunction nor an ICloudEventFunction")]
    public void A_target_that_is_no_function_stops_the_start(string target, string why) =>
        Assert.That(
            () => FunctionHost.Build(typeof(Served).Assembly, ["--target", target]),
            Throws.InvalidOperationException.With.Message.Contains(why).And.Message.Contains(target));

    [Test]
    public void No_target_stops_the_start() =>
        Assert.That(
            () => FunctionHost.Build(typeof(Served).Assembly, ["--port", "0"]),
            Throws.InvalidOperationException.With.Message.Contains("FUNCTION_TARGET"));

    [Test]
    public void A_port_that_is_none_stops_the_start() =>
        Assert.That(
            async () =>
            {
                string[] args = ["--target", typeof(SilentFunction).FullName!, "--port", "http"];
                await using var app = FunctionHost.Build(typeof(Served).Assembly, args);
                await app.StartAsync();
            },
            Throws.InvalidOperationException.With.Message.Contains("'http'"));

    [TestCase(null, "127.0.0.1")]
    [TestCase("false", "127.0.0.1")]
    [TestCase("true", "0.0.0.0")]
    public void Only_a_container_is_open_to_other_machines(string? inContainer, string address)
    {
        var configuration = new ConfigurationManager { ["DOTNET_RUNNING_IN_CONTAINER"] = inContainer };
        Assert.That(FunctionHost.Address(configuration), Is.EqualTo(IPAddress.Parse(address)));
    }
}
