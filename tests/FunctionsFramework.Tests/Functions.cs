using System.Collections.Concurrent;
using CloudNative.CloudEvents;
using Google.Cloud.Functions.Framework;
using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

[assembly: FunctionsStartup(typeof(CdAutomation.FunctionsFramework.Tests.SecondStartup), Order = 2)]
[assembly: FunctionsStartup(typeof(CdAutomation.FunctionsFramework.Tests.FirstStartup), Order = 1)]

namespace CdAutomation.FunctionsFramework.Tests;

public sealed record Steps(ConcurrentQueue<string> Done);

public sealed class FirstStartup : FunctionsStartup
{
    public override void ConfigureAppConfiguration(WebHostBuilderContext context, IConfigurationBuilder configuration) =>
        configuration.AddInMemoryCollection([new("greeting", "hello")]);

    public override void ConfigureServices(WebHostBuilderContext context, IServiceCollection services) =>
        services.AddSingleton(new Steps([])).AddSingleton(new Received([]));

    public override void Configure(WebHostBuilderContext context, IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.RequestServices.GetRequiredService<Steps>().Done.Enqueue("first");
        return http.Request.Path == "/early" ? http.Response.WriteAsync("early") : next(http);
    });
}

public sealed class SecondStartup : FunctionsStartup
{
    public override void Configure(WebHostBuilderContext context, IApplicationBuilder app) => app.Use((http, next) =>
    {
        http.RequestServices.GetRequiredService<Steps>().Done.Enqueue($"second {context.Configuration["greeting"]}");
        return next(http);
    });
}

public sealed record Received(ConcurrentQueue<CloudEvent> Events);

public sealed class SilentFunction : IHttpFunction
{
    public Task HandleAsync(HttpContext context) => Task.CompletedTask;
}

public sealed class TellingFunction(Steps steps) : IHttpFunction
{
    public Task HandleAsync(HttpContext context) => context.Response.WriteAsync(string.Join(", ", steps.Done));
}

public sealed class ThrowingFunction : IHttpFunction
{
    public Task HandleAsync(HttpContext context) => throw new TimeoutException("as the test wants");
}

public sealed class RememberingFunction(Received received) : ICloudEventFunction
{
    public Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        received.Events.Enqueue(cloudEvent);
        return Task.CompletedTask;
    }
}

public sealed class ThrowingEventFunction : ICloudEventFunction
{
    public Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken) => throw new TimeoutException("as the test wants");
}

public sealed class NoFunction;
