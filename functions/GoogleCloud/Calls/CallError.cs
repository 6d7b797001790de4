using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Calls;

/// <summary>A call that was not answered with what it asked for.</summary>
/// <param name="Code">The gRPC status; DEADLINE_EXCEEDED where our own timeout ended it, UNAVAILABLE where the breaker did.</param>
/// <param name="Message">For people, of one line.</param>
/// <param name="Sent">Whether the endpoint may have seen the call, and may therefore have acted on it.</param>
internal sealed record CallError(StatusCode Code, string Message, bool Sent)
{
    /// <summary>Nobody can tell whether a write that was answered so took effect.</summary>
    public bool MayHaveHappened => Sent && Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal
        or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DataLoss;

    /// <summary>Runs a call under a policy; every way in which the endpoint can fail us becomes a <see cref="CallError"/>.</summary>
    public static async Task<Reply<T>> CatchAsync<T>(
        ResiliencePipeline policy, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return new(await policy.ExecuteAsync(static async (ask, token) => await ask(token), call, cancellation), null);
        }
        catch (RpcException error)
        {
            // Where there was no connection, only the inner exception says why.
            var why = error.Status.DebugException?.GetBaseException().Message;
            var message = why is null ? error.Status.Detail : $"{error.Status.Detail.TrimEnd('.')}: {why}";
            return new(null, new(error.StatusCode, Sentences.OneLine(message), Sent: true));
        }
        catch (TimeoutRejectedException error)
        {
            return new(null, new(StatusCode.DeadlineExceeded, $"no answer within {error.Timeout.TotalSeconds:0.###} s", Sent: true));
        }
        catch (BrokenCircuitException)
        {
            return new(null, new(StatusCode.Unavailable, "not asked, because it has not been answering", Sent: false));
        }
        catch (AccessTokenUnavailableException error)
        {
            return new(null, new(StatusCode.Unauthenticated, Sentences.OneLine(error.Message), Sent: false));
        }
    }
}
