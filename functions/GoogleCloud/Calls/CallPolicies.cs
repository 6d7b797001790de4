using Grpc.Core;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Calls;

/// <summary>What stands between us and one endpoint: timeouts and a breaker for all calls, retries for some.</summary>
internal sealed class CallPolicies
{
    public CallPolicies(CallLimits limits, TimeProvider clock)
    {
        // One breaker for both pipelines: an endpoint that does not answer reads is not asked to write either.
        var breaker = New(clock).AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.9,
            MinimumThroughput = limits.BreakerAttempts,
            SamplingDuration = limits.BreakerWindow,
            BreakDuration = limits.BreakerPause,
            ShouldHandle = new PredicateBuilder()
                .Handle<RpcException>(error => error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
                .Handle<TimeoutRejectedException>(),
        }).Build();

        var retry = new RetryStrategyOptions
        {
            MaxRetryAttempts = limits.RetriesMax,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = limits.FirstPause,
            MaxDelay = limits.LongestPause,
            ShouldHandle = new PredicateBuilder()
                .Handle<RpcException>(error => MayPass(error.StatusCode))
                .Handle<TimeoutRejectedException>(),
        };
        retry.Randomizer = limits.Chance ?? retry.Randomizer;

        Repeatable = New(clock)
            .AddTimeout(limits.Total)
            .AddRetry(retry)
            .AddPipeline(breaker)
            .AddTimeout(limits.Read)
            .Build();

        Once = New(clock).AddPipeline(breaker).AddTimeout(limits.Write).Build();
    }

    /// <summary>For calls whose repetition changes nothing.</summary>
    public ResiliencePipeline Repeatable { get; }

    /// <summary>For writes: sent once. Whoever gets no answer reads what is there.</summary>
    public ResiliencePipeline Once { get; }

    private static ResiliencePipelineBuilder New(TimeProvider clock) => new() { TimeProvider = clock };

    private static bool MayPass(StatusCode code) =>
        code is StatusCode.Unavailable or StatusCode.Aborted or StatusCode.ResourceExhausted or StatusCode.DeadlineExceeded;
}
