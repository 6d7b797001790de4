using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

internal sealed partial class ScriptedCloudRun
{
    private Operation Wait(string name)
    {
        lock (_lock)
        {
            var running = new Operation { Name = name };
            if (OnWait is { } act)
                return act(running);
            Settle();
            running.Done = true;
            return running;
        }
    }

    private sealed class ServicesApi(ScriptedCloudRun run) : Services.ServicesBase
    {
        public override Task<Service> GetService(GetServiceRequest request, ServerCallContext context)
        {
            run.Note("GetService", context, run.BeforeReads);
            return Task.FromResult(run.Get());
        }

        public override Task<Operation> UpdateService(UpdateServiceRequest request, ServerCallContext context)
        {
            run.Note("UpdateService", context, run.BeforeWrites);
            return Task.FromResult(run.Write(request.Service));
        }
    }

    private sealed class RevisionsApi(ScriptedCloudRun run) : Google.Cloud.Run.V2.Revisions.RevisionsBase
    {
        public override Task<Revision> GetRevision(GetRevisionRequest request, ServerCallContext context)
        {
            run.Note("GetRevision", context, run.BeforeRevisions);
            return run.Revisions.TryGetValue(request.Name, out var revision)
                ? Task.FromResult(revision)
                : throw Error(StatusCode.NotFound);
        }
    }

    private sealed class OperationsApi(ScriptedCloudRun run) : Operations.OperationsBase
    {
        public override Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
        {
            run.Note("WaitOperation", context, null);
            return Task.FromResult(run.Wait(request.Name));
        }
    }
}
