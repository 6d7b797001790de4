using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>The scripted service seen as a worker pool: it reconciles alike, and has instance splits in place of traffic.</summary>
internal static class ScriptedWorkerPool
{
    public static WorkerPool Of(Service service)
    {
        var pool = new WorkerPool
        {
            Name = service.Name,
            Generation = service.Generation,
            ObservedGeneration = service.ObservedGeneration,
            Reconciling = service.Reconciling,
            TerminalCondition = service.TerminalCondition,
            Etag = service.Etag,
            LastModifier = service.LastModifier,
            LatestCreatedRevision = service.LatestCreatedRevision,
            LatestReadyRevision = service.LatestReadyRevision,
            Template = new WorkerPoolRevisionTemplate { Revision = service.Template.Revision },
        };
        pool.Annotations.Add(service.Annotations);
        pool.Template.Annotations.Add(service.Template.Annotations);
        pool.Template.Containers.Add(service.Template.Containers);
        pool.InstanceSplits.AddRange(service.Traffic.Select(entry => new InstanceSplit
        {
            Type = (InstanceSplitAllocationType)entry.Type,
            Revision = entry.Revision,
            Percent = entry.Percent,
        }));
        pool.InstanceSplitStatuses.AddRange(service.TrafficStatuses.Select(entry => new InstanceSplitStatus
        {
            Type = (InstanceSplitAllocationType)entry.Type,
            Revision = entry.Revision,
            Percent = entry.Percent,
        }));
        return pool;
    }

    private static Service Of(WorkerPool pool, Service now)
    {
        var service = now.Clone();
        (service.Etag, service.LastModifier, service.Client) = (pool.Etag, "cd@example.com", pool.Client);
        service.Annotations.Clear();
        service.Annotations.Add(pool.Annotations);
        service.Template = new RevisionTemplate { Revision = pool.Template.Revision };
        service.Template.Annotations.Add(pool.Template.Annotations);
        service.Template.Containers.Add(pool.Template.Containers);
        service.Traffic.Clear();
        service.Traffic.AddRange(pool.InstanceSplits.Select(entry => new TrafficTarget
        {
            Type = (TrafficTargetAllocationType)entry.Type,
            Revision = entry.Revision,
            Percent = entry.Percent,
        }));
        return service;
    }

    internal sealed class Api(ScriptedCloudRun run) : WorkerPools.WorkerPoolsBase
    {
        public override Task<WorkerPool> GetWorkerPool(GetWorkerPoolRequest request, ServerCallContext context)
        {
            run.Note("GetWorkerPool", context, run.BeforeReads);
            return Task.FromResult(Of(run.Get()));
        }

        public override Task<Operation> UpdateWorkerPool(UpdateWorkerPoolRequest request, ServerCallContext context)
        {
            run.Note("UpdateWorkerPool", context, run.BeforeWrites);
            if (request.UpdateMask is not null)
                throw ScriptedCloudRun.Error(StatusCode.InvalidArgument, "no mask is wanted");
            return Task.FromResult(run.Write(Of(request.WorkerPool, run.Service!)));
        }
    }
}
