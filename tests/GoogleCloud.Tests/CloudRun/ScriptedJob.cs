using System.Collections.Concurrent;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using State = Google.Cloud.Run.V2.Condition.Types.State;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

/// <summary>
/// One job of Cloud Run behind real gRPC, and a script of what goes wrong. A write settles at the second read after it; a token that has no
/// execution yet starts one.
/// </summary>
internal sealed class ScriptedJob : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private LocalServer? _server;
    private int _readsLeft;

    public Uri Address => _server!.Address;

    public Job? Job { get; set; }

    /// <summary>By resource name.</summary>
    public ConcurrentDictionary<string, Execution> Executions { get; } = new(StringComparer.Ordinal);

    /// <summary>Every write that was accepted, as it came.</summary>
    public List<Job> Writes { get; } = [];

    public ConcurrentQueue<string> Calls { get; } = [];

    public ConcurrentQueue<Action> BeforeReads { get; } = [];

    public ConcurrentQueue<Action> BeforeWrites { get; } = [];

    /// <summary>After a write took effect, before it is answered.</summary>
    public ConcurrentQueue<Action> AfterWrites { get; } = [];

    public ConcurrentQueue<Action> BeforeExecutions { get; } = [];

    /// <summary>Whether a read shows the token that was written last.</summary>
    public bool ShowsToken { get; set; } = true;

    /// <summary>What the next writes come to; null is well.</summary>
    public ConcurrentQueue<Condition?> Fates { get; } = [];

    /// <summary>What an execution is when it is seen for the first time, and from then on.</summary>
    public Action<Execution> OnStart { get; set; } = _ => { };

    public static async Task<ScriptedJob> StartAsync(Job job)
    {
        var run = new ScriptedJob { Job = job };
        run._server = await LocalServer.StartAsync(
            HttpProtocols.Http2,
            app =>
            {
                app.MapGrpcService<JobsApi>();
                app.MapGrpcService<ExecutionsApi>();
                app.MapGrpcService<OperationsApi>();
            },
            services => services.AddSingleton(run).AddGrpc());
        return run;
    }

    /// <summary>Somebody else writes: the job moves on by a generation and settles at once.</summary>
    public void ChangeByOther(Action<Job> change)
    {
        lock (_lock)
        {
            var next = Job!.Clone();
            change(next);
            next.LastModifier = "somebody@example.com";
            Accept(next);
            _readsLeft = 0;
            Settle();
        }
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private void Note(string method, ConcurrentQueue<Action>? script)
    {
        Calls.Enqueue(method);
        if (script is not null && script.TryDequeue(out var act))
            act();
    }

    private Job Get()
    {
        lock (_lock)
        {
            if (Job is null)
                throw ScriptedCloudRun.Error(StatusCode.NotFound, "Resource 'nightly' of kind 'JOB' does not exist.");
            if (Job.Reconciling && --_readsLeft <= 0)
                Settle();
            var shown = Job.Clone();
            if (!ShowsToken)
                shown.ClearCreateExecution();
            return shown;
        }
    }

    private Operation Write(Job sent)
    {
        lock (_lock)
        {
            if (sent.Etag != Job!.Etag)
                throw ScriptedCloudRun.Error(StatusCode.Aborted, "Conflict for resource 'nightly': version '1' was specified but current version is '2'.");
            Writes.Add(sent.Clone());
            var next = sent.Clone();
            next.LastModifier = "cd@example.com";
            Accept(next);
            if (AfterWrites.TryDequeue(out var act))
                act();
            return new Operation { Name = "projects/acme/locations/asia-northeast1/operations/1" };
        }
    }

    private void Accept(Job next)
    {
        next.Generation = Job!.Generation + 1;
        next.Etag = $"\"{next.Generation}\"";
        next.Reconciling = true;
        next.TerminalCondition = new Condition { Type = "Ready", State = State.ConditionReconciling };
        (Job, _readsLeft) = (next, 2);
    }

    private void Settle()
    {
        var job = Job!;
        job.Reconciling = false;
        Fates.TryDequeue(out var fate);
        job.TerminalCondition = fate ?? new Condition { Type = "Ready", State = State.ConditionSucceeded };
        if (fate is not null)
            return;

        job.ObservedGeneration = job.Generation;
        if (job.StartExecutionToken.Length == 0)
            return;
        var name = $"{job.Name}/executions/{job.Name[(job.Name.LastIndexOf('/') + 1)..]}-{job.StartExecutionToken}";
        var started = new Execution { Name = name, TaskCount = 3, RunningCount = 3, LogUri = "https://logs.example.com/x" };
        started.Template = job.Template.Template.Clone();
        OnStart(started);
        Executions.TryAdd(name, started);
    }

    private sealed class JobsApi(ScriptedJob run) : Jobs.JobsBase
    {
        public override Task<Job> GetJob(GetJobRequest request, ServerCallContext context)
        {
            run.Note("GetJob", run.BeforeReads);
            return Task.FromResult(run.Get());
        }

        public override Task<Operation> UpdateJob(UpdateJobRequest request, ServerCallContext context)
        {
            run.Note("UpdateJob", run.BeforeWrites);
            return Task.FromResult(run.Write(request.Job));
        }

        public override Task<Operation> RunJob(RunJobRequest request, ServerCallContext context) =>
            throw new NotSupportedException("Nothing is started but by its name.");
    }

    private sealed class ExecutionsApi(ScriptedJob run) : Google.Cloud.Run.V2.Executions.ExecutionsBase
    {
        public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context)
        {
            run.Note("GetExecution", run.BeforeExecutions);
            return run.Executions.TryGetValue(request.Name, out var execution)
                ? Task.FromResult(execution.Clone())
                : throw ScriptedCloudRun.Error(StatusCode.NotFound);
        }
    }

    private sealed class OperationsApi(ScriptedJob run) : Operations.OperationsBase
    {
        public override Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
        {
            run.Note("WaitOperation", null);
            return Task.FromResult(new Operation { Name = request.Name, Done = true });
        }
    }
}
