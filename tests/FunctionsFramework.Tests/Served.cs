using Google.Cloud.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.FunctionsFramework.Tests;

/// <summary>One function of this assembly, served on a free port.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Served(WebApplication app) => (_app, Http) = (app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });

    public HttpClient Http { get; }

    public Received Received => _app.Services.GetRequiredService<Received>();

    public static async Task<Served> Of<TFunction>()
    {
        var app = FunctionHost.Build(typeof(Served).Assembly, ["--target", typeof(TFunction).FullName!, "--port", "0"]);
        await app.StartAsync();
        return new Served(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
