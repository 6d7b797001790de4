using CdAutomation.GoogleCloud.Tests;
using Google.Cloud.Iam.V1;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Stands before Cloud Run, and lets whoever asks read services and not change them: a role that was taken away.</summary>
internal sealed class StingyCloudRun : Services.ServicesBase, IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private LocalServer? _server;

    private StingyCloudRun(string run) => _channel = GrpcChannel.ForAddress($"http://{run}");

    public string Address => _server!.Address.GetLeftPart(UriPartial.Authority);

    /// <param name="run"><c>host:port</c> of the Cloud Run behind it.</param>
    public static async Task<StingyCloudRun> OpenAsync(string run)
    {
        var stingy = new StingyCloudRun(run);
        stingy._server = await LocalServer.StartAsync(
            HttpProtocols.Http2, app => app.MapGrpcService<StingyCloudRun>(), services => services.AddSingleton(stingy).AddGrpc());
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
        await _server!.DisposeAsync();
        _channel.Dispose();
    }
}
