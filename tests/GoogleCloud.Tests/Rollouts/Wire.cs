using Google.Cloud.Run.V2;
using Google.Protobuf;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>A call of the adapter's to Cloud Run.</summary>
/// <param name="Method">As in the proto, <c>UpdateService</c> say.</param>
/// <param name="Resource">The name of what it reads or writes.</param>
/// <param name="Nth">How many such calls there have been, this one included.</param>
internal sealed record Call(string Method, string Resource, int Nth)
{
    public bool IsWrite => Method.StartsWith("Update", StringComparison.Ordinal);
}

/// <summary>Between the adapter and Cloud Run: it counts calls, may refuse them, and lets its worker die before one goes out or after it is answered.</summary>
internal sealed class Wire(CallInvoker cloud, Action alive) : CallInvoker
{
    private readonly Dictionary<(string, string), int> _counts = [];

    /// <summary>With what a call is refused before it goes out; null lets it through.</summary>
    public Func<Call, Status?> Refusal { get; set; } = _ => null;

    public List<Call> Calls { get; } = [];

    /// <summary>What was sent to be written, whatever became of it.</summary>
    public List<IMessage> Written { get; } = [];

    public int WritesTo(string resource) => Calls.Count(call => call.IsWrite && call.Resource == resource);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        alive();
        if (Refusal(Note(method.Name, NameIn(request))) is { } refusal)
            throw new RpcException(refusal);
        if (WrittenBy(request) is { } written)
            Written.Add(written);
        var call = cloud.AsyncUnaryCall(method, host, options, request);
        return new(AnsweredAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private Call Note(string method, string resource)
    {
        var nth = _counts[(method, resource)] = _counts.GetValueOrDefault((method, resource)) + 1;
        var call = new Call(method, resource, nth);
        Calls.Add(call);
        return call;
    }

    private async Task<T> AnsweredAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        finally
        {
            alive();
        }
    }

    private static string NameIn<T>(T request)
    {
        var named = WrittenBy(request) ?? request as IMessage ?? throw new NotSupportedException($"{typeof(T).Name} is no message");
        return (string)named.Descriptor.FindFieldByName("name").Accessor.GetValue(named);
    }

    private static IMessage? WrittenBy<T>(T request) => request switch
    {
        UpdateServiceRequest it => it.Service,
        UpdateJobRequest it => it.Job,
        UpdateWorkerPoolRequest it => it.WorkerPool,
        _ => null,
    };
}
