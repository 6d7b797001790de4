using CdAutomation.Delivery;
using Grpc.Core;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.Storage.Firestore;

/// <summary>What was read before a commit is not so any more: to be read again. Nothing was kept.</summary>
internal sealed class OvertakenException(RpcException inner) : Exception("Another worker wrote first.", inner);

/// <summary>What was to be changed is not there; or the whole database is not, which the service answers alike.</summary>
internal sealed class NotThereException(RpcException inner) : Exception(inner.Status.Detail, inner);

/// <summary>Uses of the store: each tried again within bounds, and every way in which the service can fail us made into one exception.</summary>
internal sealed class Attempts
{
    private readonly ResiliencePipeline _policy;

    public Attempts(FirestoreLimits limits, TimeProvider clock) => _policy = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddTimeout(limits.Total)
        .AddRetry(Again(limits.RetriesMax, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), error =>
            error is TimeoutRejectedException
            || (error is RpcException { StatusCode: var code } && code is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Internal)))
        // Short pauses: whoever overtook us is done already, and of any that meet one gets on.
        .AddRetry(Again(limits.OvertakenMax, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(200), error =>
            error is OvertakenException or RpcException { StatusCode: StatusCode.Aborted }))
        .AddTimeout(limits.Attempt)
        .Build();

    /// <summary>Runs one use. What it does must be whole or not at all, and no harm when done twice.</summary>
    /// <exception cref="JournalUnavailableException">The service did not do it.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> use, CancellationToken cancellation)
    {
        try
        {
            return await _policy.ExecuteAsync(static async (use, token) => await use(token), use, cancellation);
        }
        catch (RpcException error)
        {
            // Where there was no connection, only the inner exception says why.
            var why = error.Status.DebugException?.GetBaseException().Message ?? error.Status.Detail;
            throw new JournalUnavailableException($"Firestore answered {error.StatusCode}: {why}", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new JournalUnavailableException($"Firestore did not answer within {error.Timeout.TotalSeconds:0.###} s", error);
        }
        catch (OvertakenException error)
        {
            throw new JournalUnavailableException("Other workers overtook each attempt to write to Firestore", error);
        }
        catch (NotThereException error)
        {
            throw new JournalUnavailableException($"What was to be changed in Firestore is not there: {error.Message}", error);
        }
    }

    private static RetryStrategyOptions Again(int times, TimeSpan first, TimeSpan longest, Func<Exception, bool> when) => new()
    {
        MaxRetryAttempts = times,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = first,
        MaxDelay = longest,
        ShouldHandle = new PredicateBuilder().Handle(when),
    };
}
