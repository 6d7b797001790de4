using CdAutomation.Delivery;
using CdAutomation.Domain;
using Grpc.Core;

namespace CdAutomation.Storage.Firestore;

/// <summary>Begins a transaction that may write and gives it up again: what reading needs is not enough for that, and it costs nothing.</summary>
public sealed class FirestoreProbe : IProbeStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly FirestoreCalls _calls;
    private readonly TimeProvider _clock;

    /// <param name="calls">Carries the calls.</param>
    /// <param name="options">Which database.</param>
    /// <param name="token">An access token for the database, or null.</param>
    /// <param name="clock">By which patience ends.</param>
    public FirestoreProbe(CallInvoker calls, FirestoreOptions options, Func<CancellationToken, Task<string>>? token, TimeProvider clock)
    {
        _calls = new(calls, options, token);
        _clock = clock;
    }

    /// <inheritdoc/>
    public async Task<Reason?> ProbeAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _calls.TryWriteAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Silent;
        }
        catch (JournalUnavailableException)
        {
            return new("store.denied", "there is no access token for Firestore");
        }
        catch (RpcException fault)
        {
            return fault.StatusCode switch
            {
                StatusCode.Unavailable => new("store.unreachable", "Firestore cannot be reached"),
                StatusCode.DeadlineExceeded => Silent,
                StatusCode.PermissionDenied or StatusCode.Unauthenticated => new("store.denied", "Firestore does not let this process write"),
                StatusCode.NotFound => new("store.missing", "there is no such Firestore database"),
                StatusCode.ResourceExhausted => new("store.quota", "the quota of the Firestore database is used up"),
                var code => new("store.unusable", $"the Firestore database cannot be used, by gRPC's status {code}"),
            };
        }
    }

    private static Reason Silent => new("store.unreachable", $"Firestore did not answer within {Patience.TotalSeconds:0} s");
}
