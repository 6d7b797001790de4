using Google.Cloud.Iam.V1;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Stands before Cloud Run, and lets whoever asks read services and not change them: a role that was taken away.</summary>
internal sealed class StingyCloudRun : Services.ServicesBase, IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private WebApplication? _app;

    private StingyCloudRun(string run) => _channel = GrpcChannel.ForAddress($"http://{run}");

    public string Address => _app!.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    /// <param name="run"><c>host:port</c> of the Cloud Run behind it.</param>
    public static async Task<StingyCloudRun> OpenAsync(string run)
    {
        var stingy = new StingyCloudRun(run);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(stingy);
        stingy._app = builder.Build();
        stingy._app.UseRouting();
        stingy._app.MapGrpcService<StingyCloudRun>();
        await stingy._app.StartAsync();
        return stingy;
    }

    public override async Task<Service> GetService(GetServiceRequest request, ServerCallContext context) =>
        await new Services.ServicesClient(_channel).GetServiceAsync(request);

    public override async Task<TestIamPermissionsResponse> TestIamPermissions(TestIamPermissionsRequest request, ServerCallContext context)
    {
        var given = await new Services.ServicesClient(_channel).TestIamPermissionsAsync(request);
        given.Permissions.Remove("run.services.update");
        return given;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _channel.Dispose();
    }
}
