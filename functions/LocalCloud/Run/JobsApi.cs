using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.Jobs. IAM policies are not kept here: those calls answer UNIMPLEMENTED.</summary>
internal sealed class JobsApi(RunStore store, JobWrites writes, JobReconciler reconciler, ExecutionRuns runs, Faults faults) : Jobs.JobsBase
{
    public override Task<Operation> CreateJob(CreateJobRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var location = LocationPath.Parse(request.Parent, "parent");
        JobRules.CheckId(request.JobId);
        var name = $"{location}/jobs/{request.JobId}";
        return Committed(writes.Create(name, Sent(request.Job), request.ValidateOnly, Caller.Of(context)), name);
    }

    public override Task<Operation> UpdateJob(UpdateJobRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var sent = Sent(request.Job);
        var name = JobPaths.Job(sent.Name, "job.name");
        return Committed(writes.Update(name, sent, request.AllowMissing, request.ValidateOnly, Caller.Of(context)), name);
    }

    public override Task<Operation> DeleteJob(DeleteJobRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        var name = JobPaths.Job(request.Name, "name");
        var operation = writes.Delete(name, request.Etag, request.ValidateOnly);
        if (!operation.Done)
            foreach (var execution in store.Read(tables => tables.Open<Execution>(name))) runs.Cancel(execution.Body.Name);
        return Committed(operation, name);
    }

    public override Task<Operation> RunJob(RunJobRequest request, ServerCallContext context)
    {
        faults.BeforeWrite();
        return Committed(writes.Run(request, Caller.Of(context)), request.Name);
    }

    public override Task<Job> GetJob(GetJobRequest request, ServerCallContext context)
    {
        var name = JobPaths.Job(request.Name, "name");
        return Task.FromResult(store.Read(tables => tables.Find<Job>(name))?.Body ?? throw Refusal.Missing(name));
    }

    public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var parent = LocationPath.Parse(request.Parent, "parent").ToString();
        var list = $"{parent}/jobs";
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, list);
        var found = store.Read(tables => tables.List<Job>("jobs", parent, before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, list, it => it.Created);
        var response = new ListJobsResponse { NextPageToken = next };
        response.Jobs.Add(page.Select(it => it.Body));
        return Task.FromResult(response);
    }

    private static Job Sent(Job? job) => (job ?? throw Refusal.InvalidArgument("job: is required.")).Clone();

    private Task<Operation> Committed(Operation operation, string name)
    {
        if (!operation.Done) reconciler.Wake(name);
        faults.AfterCommit();
        return Task.FromResult(operation);
    }
}
