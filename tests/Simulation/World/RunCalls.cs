using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Simulation.World;

/// <summary>
/// One worker's calls of Cloud Run's Admin API: what the production adapter sends goes to the model, with the faults that a network and a
/// busy API have.
/// </summary>
internal sealed class RunCalls(CloudRun run, Life life, Wire wire, Weather weather) : CallInvoker
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var reply = new TaskCompletionSource<TResponse>();
        if (options.CancellationToken.CanBeCanceled)
            options.CancellationToken.Register(() => reply.TrySetException(new RpcException(new Status(StatusCode.Cancelled, "cancelled"))));
        Begin(request, reply);
        return new(reply.Task, Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });
    }

    private void Begin<TRequest, TResponse>(TRequest request, TaskCompletionSource<TResponse> reply)
    {
        void Succeed(object value) => wire.Answer(life, () => reply.TrySetResult((TResponse)value));
        void Fail(StatusCode code, string detail) => wire.Answer(life, () => reply.TrySetException(new RpcException(new Status(code, detail))));

        wire.Send(life, () =>
        {
            if (weather.Strikes(Fault.RunThrottled, 0.02))
            {
                Fail(StatusCode.ResourceExhausted, "quota exceeded");
                return;
            }

            if (weather.Strikes(Fault.RunUnavailable, 0.02))
            {
                Fail(StatusCode.Unavailable, "the service is currently unavailable");
                return;
            }

            try
            {
                if (request is WaitOperationRequest wait)
                {
                    run.Operations.Wait(wait.Name, wait.Timeout.ToTimeSpan(), Succeed);
                    return;
                }

                var value = Effect(request);
                if (request is UpdateServiceRequest or UpdateJobRequest or UpdateWorkerPoolRequest && weather.Strikes(Fault.RunReplyLost, 0.05))
                    Fail(StatusCode.Unavailable, "connection reset");
                else
                    Succeed(value);
            }
            catch (RpcException refusal)
            {
                Fail(refusal.StatusCode, refusal.Status.Detail);
            }
        });
    }

    private object Effect<TRequest>(TRequest request) => request switch
    {
        GetServiceRequest it => run.Get(it.Name),
        GetRevisionRequest it => run.GetRevision(it.Name),
        UpdateServiceRequest it => run.Update(it.Service),
        GetWorkerPoolRequest it => Pools.Shown(run.Get(it.Name)),
        UpdateWorkerPoolRequest it => run.Update(Pools.Kept(it.WorkerPool)),
        GetJobRequest it when run.Jobs is { } jobs => jobs.Get(it.Name),
        UpdateJobRequest it when run.Jobs is { } jobs => jobs.Update(it.Job),
        GetExecutionRequest it when run.Jobs is { } jobs => jobs.GetExecution(it.Name),
        _ => throw new RpcException(new Status(StatusCode.Unimplemented, typeof(TRequest).Name)),
    };

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Unused();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Unused();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Unused();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Unused();

    private static NotSupportedException Unused() => new("The adapter makes unary calls only.");
}
