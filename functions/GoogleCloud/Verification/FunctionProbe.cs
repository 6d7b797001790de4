using System.Net.Http.Headers;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Verification;

/// <summary>
/// Asks a function whether it can work: for <c>/-/ready</c>, or by a tick that it has to handle, as Cloud Scheduler sends it. No answer is an
/// answer too.
/// </summary>
public sealed class FunctionProbe : IDisposable
{
    private const string Ready = "/-/ready";

    private readonly HttpClient _http = HttpVerifier.Connections();
    private readonly IIdentityTokens? _identity;
    private readonly ResiliencePipeline<string?> _attempts;

    /// <param name="attempts">How often it is asked before it counts as silent; at least 1.</param>
    /// <param name="pause">Between two attempts.</param>
    /// <param name="timeout">How long one answer may take, the start of an instance included.</param>
    /// <param name="identity">Who asks, where it is asked over https; null for nobody.</param>
    /// <param name="clock">Measures all that.</param>
    public FunctionProbe(int attempts, TimeSpan pause, TimeSpan timeout, IIdentityTokens? identity, TimeProvider clock)
    {
        _identity = identity;
        var pipeline = new ResiliencePipelineBuilder<string?> { TimeProvider = clock };
        if (attempts > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<string?>
            {
                MaxRetryAttempts = attempts - 1,
                Delay = pause,
                ShouldHandle = new PredicateBuilder<string?>().HandleResult(wrong => wrong is not null).Handle<TimeoutRejectedException>(),
            });
        }

        _attempts = pipeline.AddTimeout(timeout).Build();
    }

    /// <summary>What is wrong with it; null where it works.</summary>
    /// <param name="address">Of the service.</param>
    /// <param name="tick">Send it a tick to handle, instead of asking whether it is ready.</param>
    /// <param name="cancellation">Stops the asking.</param>
    public async Task<string?> AskAsync(Uri address, bool tick, CancellationToken cancellation)
    {
        try
        {
            return await _attempts.ExecuteAsync(async stop => await AttemptAsync(address, tick, stop), cancellation);
        }
        catch (TimeoutRejectedException late)
        {
            return $"it does not answer within {late.Timeout.TotalSeconds:0.###} s";
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<string?> AttemptAsync(Uri address, bool tick, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(tick ? HttpMethod.Post : HttpMethod.Get, tick ? address : new Uri(address, Ready));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Product.Name, Product.Version));
        try
        {
            if (_identity is not null && address.Scheme == Uri.UriSchemeHttps)
                request.Headers.Authorization = new("Bearer", await _identity.GetAsync(address.GetLeftPart(UriPartial.Authority), cancellation));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode ? null : $"it answers {(int)response.StatusCode} to {(tick ? "a tick" : Ready)}";
        }
        catch (HttpRequestException error)
        {
            return $"it cannot be asked: {Sentences.OneLine(error.Message)}";
        }
        catch (AccessTokenUnavailableException error)
        {
            return $"it cannot be told who asks: {Sentences.OneLine(error.Message)}";
        }
    }
}
