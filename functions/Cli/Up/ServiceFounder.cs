using CdAutomation.Cli.Demo;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Cli.Up;

/// <summary>Makes the services that the policies name, once, as an operator would have done on Google Cloud.</summary>
internal sealed class ServiceFounder(string run, Founding founding) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://{run}");

    /// <summary>Makes those that are missing, and waits until they serve or have failed; the others are left as they are.</summary>
    /// <exception cref="UpException">One that must serve from the beginning does not.</exception>
    public async Task FoundAsync(PolicySet policies, CancellationToken cancellation)
    {
        var services = new Services.ServicesClient(_channel);
        var made = new List<Target>();
        foreach (var target in policies.Pipelines.Values.SelectMany(pipeline => pipeline.Stages).SelectMany(stage => stage.Targets))
        {
            try
            {
                await services.GetServiceAsync(new GetServiceRequest { Name = target.ResourceName }, cancellationToken: cancellation);
            }
            catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
            {
                await CreateAsync(services, target, cancellation);
                made.Add(target);
            }
        }

        // What is still being made cannot be looked at, and the first push would wait for it.
        foreach (var target in made)
            await SettledAsync(services, target, cancellation);
    }

    public void Dispose() => _channel.Dispose();

    private async Task SettledAsync(Services.ServicesClient services, Target target, CancellationToken cancellation)
    {
        Service service;
        do
        {
            await Task.Delay(Look, TimeProvider.System, cancellation);
            service = await services.GetServiceAsync(new GetServiceRequest { Name = target.ResourceName }, cancellationToken: cancellation);
        }
        while (service.Reconciling);
        // What they run counts as what was released before; a placeholder that fails is replaced by the first push all the same.
        if (founding.IsRelease && service.TerminalCondition.State != Condition.Types.State.ConditionSucceeded)
            throw new UpException($"the service {target.Name} of {target.Project} does not come up: {service.TerminalCondition.Message}");
    }

    private async Task CreateAsync(Services.ServicesClient services, Target target, CancellationToken cancellation)
    {
        var container = new Container { Image = founding.Reference };
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
