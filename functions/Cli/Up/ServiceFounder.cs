using CdAutomation.Cli.Demo;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Cli.Up;

/// <summary>Makes the services that the policies name, once, as an operator would have done on Google Cloud: with a placeholder image.</summary>
internal sealed class ServiceFounder(string run) : IDisposable
{
    /// <summary>Google's own sample image; here it is a page of ours under that name.</summary>
    public const string PlaceholderPath = "cloudrun/container/hello";

    public const string PlaceholderTag = "latest";

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://{run}");

    public static DemoImage Placeholder { get; } = DemoImage.Answering("this service waits for its first deploy");

    /// <summary>Makes those that are missing; the others are left as they are.</summary>
    public async Task FoundAsync(PolicySet policies, CancellationToken cancellation)
    {
        var services = new Services.ServicesClient(_channel);
        foreach (var target in policies.Pipelines.Values.SelectMany(pipeline => pipeline.Stages).SelectMany(stage => stage.Targets))
        {
            try
            {
                await services.GetServiceAsync(new GetServiceRequest { Name = target.ResourceName }, cancellationToken: cancellation);
            }
            catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
            {
                await CreateAsync(services, target, cancellation);
            }
        }
    }

    public void Dispose() => _channel.Dispose();

    private static async Task CreateAsync(Services.ServicesClient services, Target target, CancellationToken cancellation)
    {
        var container = new Container { Image = $"us-docker.pkg.dev/{PlaceholderPath}:{PlaceholderTag}" };
        if (target.Container is { } name)
            container.Name = name;
        container.Ports.Add(new ContainerPort { ContainerPort_ = 8080 });
        var service = new Service { Template = new RevisionTemplate { Containers = { container } } };
        try
        {
            await services.CreateServiceAsync(
                new CreateServiceRequest { Parent = $"projects/{target.Project}/locations/{target.Region}", ServiceId = target.Name, Service = service },
                cancellationToken: cancellation);
        }
        catch (RpcException raced) when (raced.StatusCode == StatusCode.AlreadyExists)
        {
            // Somebody made it in between: as wanted.
        }
    }
}
