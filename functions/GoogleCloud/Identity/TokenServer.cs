using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>Asks a server that gives out tokens; what it answers is never part of a message.</summary>
internal sealed class TokenServer : IDisposable
{
    private const int BodyMax = 64 * 1024;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<AccessTokenCache.Token> _pipeline;
    private readonly TimeProvider _clock;

    public TokenServer(TimeProvider clock)
    {
        _clock = clock;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = BodyMax };
        _pipeline = new ResiliencePipelineBuilder<AccessTokenCache.Token> { TimeProvider = clock }
            .AddTimeout(TimeSpan.FromSeconds(10))
            .AddRetry(new RetryStrategyOptions<AccessTokenCache.Token>
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                ShouldHandle = new PredicateBuilder<AccessTokenCache.Token>()
                    .Handle<HttpRequestException>(error => error.StatusCode is null or >= HttpStatusCode.InternalServerError)
                    .Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(TimeSpan.FromSeconds(4))
            .Build();
    }

    /// <summary>Sends what <paramref name="request"/> makes anew for each attempt.</summary>
    /// <param name="who">The server, for messages.</param>
    /// <param name="request">Makes the request.</param>
    /// <param name="accept">Whether an answer comes from whom it should.</param>
    /// <param name="read">The token in an answer and its life in seconds; null where there is none.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="AccessTokenUnavailableException">No token came.</exception>
    public async Task<AccessTokenCache.Token> AskAsync(
        string who,
        Func<HttpRequestMessage> request,
        Func<HttpResponseMessage, bool> accept,
        Func<byte[], (string? Token, int Seconds)> read,
        CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await AttemptAsync(who, request, accept, read, token), cancellation);
        }
        catch (HttpRequestException error)
        {
            var why = error.StatusCode is { } status ? $"it answered {(int)status}" : error.Message.TrimEnd('.');
            throw new AccessTokenUnavailableException($"no token from {who}: {why}", error);
        }
        catch (TimeoutRejectedException error)
        {
            throw new AccessTokenUnavailableException($"no token from {who}: it did not answer in time", error);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<AccessTokenCache.Token> AttemptAsync(
        string who,
        Func<HttpRequestMessage> make,
        Func<HttpResponseMessage, bool> accept,
        Func<byte[], (string? Token, int Seconds)> read,
        CancellationToken cancellation)
    {
        var asked = _clock.GetUtcNow();
        using var request = make();
        using var response = await _http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        if (!accept(response))
            throw new AccessTokenUnavailableException($"what answers as {who} is something else");

        var (value, seconds) = read(await response.Content.ReadAsByteArrayAsync(cancellation));
        return value is not null && seconds > 0
            ? new(value, asked + TimeSpan.FromSeconds(seconds))
            : throw new AccessTokenUnavailableException($"{who} answered without a token");
    }
}
