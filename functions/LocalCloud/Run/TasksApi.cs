using Google.Cloud.Run.V2;
using Grpc.Core;
using RunTask = Google.Cloud.Run.V2.Task;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Run;

/// <summary>google.cloud.run.v2.Tasks.</summary>
internal sealed class TasksApi(RunStore store) : Tasks.TasksBase
{
    public override System.Threading.Tasks.Task<RunTask> GetTask(GetTaskRequest request, ServerCallContext context)
    {
        var name = JobPaths.Task(request.Name, "name");
        return Task.FromResult(store.Read(tables => tables.Find<RunTask>(name))?.Body ?? throw Refusal.Missing(name));
    }

    public override System.Threading.Tasks.Task<ListTasksResponse> ListTasks(ListTasksRequest request, ServerCallContext context)
    {
        var parent = JobPaths.ExecutionOrAll(request.Parent, "parent");
        var size = PageTokens.Size(request.PageSize);
        var before = PageTokens.Before(request.PageToken, parent);
        var found = store.Read(tables => tables.List<RunTask>("tasks", parent, before, size + 1));
        var (page, next) = PageTokens.Cut(found, size, parent, it => it.Created);
        var response = new ListTasksResponse { NextPageToken = next };
        response.Tasks.Add(page.Select(it => it.Body));
        return Task.FromResult(response);
    }
}
