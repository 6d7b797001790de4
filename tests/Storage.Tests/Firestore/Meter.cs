using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>
/// Counts documents as the service bills them (its page "Understand Cloud Firestore billing"): one read a document asked for by name, there or
/// not; one a document that a query finds, and one for a query that finds none; one write a write that was committed.
/// </summary>
internal sealed class Meter : Interceptor
{
    private int _reads;
    private int _writes;
    private int _calls;

    public int Reads => _reads;

    public int Writes => _writes;

    /// <summary>Calls, that is round trips.</summary>
    public int Calls => _calls;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Interlocked.Increment(ref _calls);
        var call = continuation(request, context);
        return request is not CommitRequest commit ? call : new(
            CountedAsync(call, commit.Writes.Count), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Interlocked.Increment(ref _calls);
        var call = continuation(request, context);
        return new(
            new Counting<TResponse>(call.ResponseStream, found => Interlocked.Add(ref _reads, Math.Max(1, found))),
            call.ResponseHeadersAsync,
            call.GetStatus,
            call.GetTrailers,
            call.Dispose);
    }

    private async Task<T> CountedAsync<T>(AsyncUnaryCall<T> call, int writes)
    {
        var answer = await call;
        Interlocked.Add(ref _writes, writes);
        return answer;
    }

    private sealed class Counting<T>(IAsyncStreamReader<T> inner, Action<int> ended) : IAsyncStreamReader<T>
    {
        private int _found;

        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (await inner.MoveNext(cancellationToken))
            {
                if (inner.Current is BatchGetDocumentsResponse or RunQueryResponse { Document: not null })
                    _found++;
                return true;
            }

            ended(_found);
            return false;
        }
    }
}
