using System.Net;
using System.Net.Http.Json;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.Datadog;

/// <summary>
/// Tells Datadog's DORA metrics of deployments. Of failures nothing is told: Datadog works change failures out of the deployments themselves, a
/// version that comes back being the sign of one, and says of <c>POST /api/v2/dora/failure</c> that it counts incidents and none of those
/// (docs.datadoghq.com, "Send an incident event", "Change Failure Detection"). Marking a deployment as failed by hand would take an application
/// key besides, which may far more.
/// </summary>
public sealed class DoraDeployments : ITrackDeployments, IDisposable
{
    /// <summary>Its name among those who count deployments.</summary>
    public const string TrackerName = "datadog";

    /// <summary>Of an answer no more is read, in bytes.</summary>
    private const int AnswerMax = 64 * 1024;

    private readonly DatadogOptions _options;
    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Reply> _policy;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="options">Where, and with which key.</param>
    /// <param name="clock">What pauses and timeouts go by.</param>
    /// <exception cref="ArgumentException">The key cannot be sent.</exception>
    public DoraDeployments(DatadogOptions options, TimeProvider clock)
    {
        // Not quoted: it is a secret all the same.
        if (!DatadogOptions.IsKey(options.ApiKey))
            throw new ArgumentException("the API key is empty, too long, or has a sign that no key has", nameof(options));
        _options = options;
        _address = new Uri(options.Endpoint, "/api/v2/dora/deployment");
        _http = new HttpClient(new SocketsHttpHandler
        {
            // The key follows nobody's redirection.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = AnswerMax };
        _policy = PolicyOf(options, clock);
    }

    /// <inheritdoc/>
    public string Name => TrackerName;

    /// <inheritdoc/>
    public async Task<StepResult> TrackAsync(Deployment deployment, CancellationToken cancellation)
    {
        var request = new DoraRequest(new(DoraDeployment.Of(deployment)));
        try
        {
            return ResultOf(await _policy.ExecuteAsync(async stop => await SendAsync(request, stop), cancellation));
        }
        catch (TimeoutRejectedException)
        {
            return NotYet("did not answer in time");
        }
        catch (BrokenCircuitException)
        {
            return NotYet("was not asked, because it has not been answering");
        }
        catch (HttpRequestException error)
        {
            return NotYet($"could not be told: {Excerpt.Of(error.Message)}");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<Reply> SendAsync(DoraRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonContent.Create(request, DoraJson.Default.DoraRequest) };
        message.Headers.Add("DD-API-KEY", _options.ApiKey);
        using var answer = await _http.SendAsync(message, cancellation);
        // Whatever stands between may say back what it was sent.
        return new(answer.StatusCode, answer.IsSuccessStatusCode
            ? ""
            : (await answer.Content.ReadAsStringAsync(cancellation)).Replace(_options.ApiKey, "***", StringComparison.Ordinal));
    }

    private StepResult ResultOf(Reply reply) => reply switch
    {
        { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices } => new StepResult.Done(null),
        { MayPass: true } => NotYet($"answers {(int)reply.Status}"),
        { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } => Refused("datadog.denied",
            $"takes no deployments with the API key that it was shown ({(int)reply.Status}): give a key of an organization at that site that has DORA metrics"),
        _ => Refused("datadog.refused", $"does not take the deployment ({(int)reply.Status}): {Excerpt.Of(reply.Text.Trim())}"),
    };

    private StepResult.Unfinished NotYet(string what) => new(new("datadog.unreachable", $"{_options} {what}"));

    private StepResult.Failed Refused(string code, string what) => new(new Reason(code, $"{_options} {what}"));

    private static ResiliencePipeline<Reply> PolicyOf(DatadogOptions options, TimeProvider clock)
    {
        var mayPass = new PredicateBuilder<Reply>()
            .Handle<HttpRequestException>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(reply => reply.MayPass);
        return new ResiliencePipelineBuilder<Reply> { TimeProvider = clock }
            .AddTimeout(options.Total)
            .AddRetry(new RetryStrategyOptions<Reply>
            {
                MaxRetryAttempts = options.RetriesMax,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstPause,
                ShouldHandle = mayPass,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Reply>
            {
                FailureRatio = 0.9,
                MinimumThroughput = 10,
                BreakDuration = TimeSpan.FromSeconds(15),
                ShouldHandle = mayPass,
            })
            .AddTimeout(options.Attempt)
            .Build();
    }

    /// <summary>What was answered.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Text">The body of an error; empty otherwise.</param>
    private sealed record Reply(HttpStatusCode Status, string Text)
    {
        /// <summary>Whether the same may be answered otherwise later.</summary>
        public bool MayPass => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
    }
}
