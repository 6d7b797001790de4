using System.Collections.Immutable;
using CdAutomation.Cli.Remote;
using Google.Cloud.Run.V2;
using Google.Protobuf.Collections;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Cli.Init;

/// <summary>Where Cloud Run is looked at.</summary>
internal sealed record Location(string Project, string Region)
{
    public override string ToString() => $"{Project}/{Region}";
}

/// <summary>A container that runs.</summary>
/// <param name="At">Where.</param>
/// <param name="Kind">What a policy calls it: <c>service</c>, <c>job</c> or <c>workerPool</c>.</param>
/// <param name="Name">Id of the service, job or worker pool.</param>
/// <param name="Container">Its name; null where it is the only one.</param>
/// <param name="Image">What it runs, as it was deployed.</param>
internal sealed record RunningImage(Location At, string Kind, string Name, string? Container, string Image);

/// <summary>Reads what runs in one region: services, jobs and worker pools.</summary>
internal sealed class CloudRunReader(CloudRunApi cloud)
{
    /// <exception cref="RpcException">Cloud Run does not answer, or not to whoever asks.</exception>
    public async Task<ImmutableArray<RunningImage>> ReadAsync(Location at, CancellationToken cancellation)
    {
        var parent = $"projects/{at.Project}/locations/{at.Region}";
        var found = ImmutableArray.CreateBuilder<RunningImage>();
        await EachPageAsync(async page =>
        {
            var answer = await cloud.Services.ListServicesAsync(new ListServicesRequest { Parent = parent, PageToken = page }, await cloud.OptionsAsync(cancellation));
            foreach (var service in answer.Services)
                found.AddRange(Of(at, "service", service.Name, service.Template?.Containers));
            return answer.NextPageToken;
        });
        await EachPageAsync(async page =>
        {
            var answer = await cloud.Jobs.ListJobsAsync(new ListJobsRequest { Parent = parent, PageToken = page }, await cloud.OptionsAsync(cancellation));
            foreach (var job in answer.Jobs)
                found.AddRange(Of(at, "job", job.Name, job.Template?.Template?.Containers));
            return answer.NextPageToken;
        });
        await EachPageAsync(async page =>
        {
            var answer = await cloud.WorkerPools.ListWorkerPoolsAsync(new ListWorkerPoolsRequest { Parent = parent, PageToken = page }, await cloud.OptionsAsync(cancellation));
            foreach (var pool in answer.WorkerPools)
                found.AddRange(Of(at, "workerPool", pool.Name, pool.Template?.Containers));
            return answer.NextPageToken;
        });
        return found.ToImmutable();
    }

    // The one that is visited first, which is the one with a port.
    private static IEnumerable<RunningImage> Of(Location at, string kind, string name, RepeatedField<Container>? containers) =>
        from container in containers ?? []
        orderby container.Ports.Count == 0
        let own = containers!.Count > 1 && container.Name.Length > 0 ? container.Name : null
        select new RunningImage(at, kind, name[(name.LastIndexOf('/') + 1)..], own, container.Image);

    private static async Task EachPageAsync(Func<string, Task<string>> read)
    {
        for (var page = await read(""); page.Length > 0;)
            page = await read(page);
    }
}
