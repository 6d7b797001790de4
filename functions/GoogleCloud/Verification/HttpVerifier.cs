using System.Net.Http.Headers;
using System.Net.Sockets;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Verification;

/// <summary>Asks a revision by its tagged address, while it has no traffic. No answer is an answer too: nobody would be served.</summary>
public sealed class HttpVerifier : IVerify, IDisposable
{
    private const int AttemptsMax = 100;

    private readonly VerificationOptions _options;
    private readonly IIdentityTokens? _identity;
    private readonly TimeProvider _clock;

    private readonly HttpClient _http = Connections();

    /// <summary>Opens nothing yet.</summary>
    /// <param name="options">How patiently.</param>
    /// <param name="identity">Identity tokens; null where none are sent.</param>
    /// <param name="clock">Measures patience and pauses.</param>
    /// <exception cref="ArgumentException">Tokens are to be sent, and there are none.</exception>
    public HttpVerifier(VerificationOptions options, IIdentityTokens? identity, TimeProvider clock)
    {
        if (options.SendIdentity && identity is null)
            throw new ArgumentException("Revisions are to be told who asks, and there is no source of identity tokens.", nameof(identity));
        (_options, _identity, _clock) = (options, options.SendIdentity ? identity : null, clock);
    }

    /// <inheritdoc/>
    public async Task<StepResult> VerifyAsync(Effect.Verify order, CancellationToken cancellation)
    {
        if (!RevisionAddress.TryRead(order.Address, order.Wanted.Path, out var address))
            return Failed("verify.address",
                $"{order.Target}: {Excerpt.Of(order.Address)} with {Excerpt.Of(order.Wanted.Path)} is no address that can be asked");
        var body = order.Wanted.Body is { } pattern ? TagSpec.Matcher(pattern) : null;
        if (body is null && order.Wanted.Body is not null)
            return Failed("verify.body", $"{order.Target}: {Excerpt.Of(order.Wanted.Body)} is no regular expression that can be used");

        var asked = 0;
        var last = "it was not asked";
        try
        {
            var told = await Pipeline(order.Wanted.Attempts).ExecuteAsync(
                async stop =>
                {
                    asked++;
                    var wrong = await AttemptAsync(address, order.Wanted, body, stop);
                    last = wrong ?? last;
                    return new Outcome(wrong);
                },
                cancellation);
            return told.Wrong is null ? new StepResult.Done(order.Revision) : Wrong(order, last, asked);
        }
        catch (TimeoutRejectedException)
        {
            return Wrong(order, last, asked);
        }
        catch (AccessTokenUnavailableException error)
        {
            return new StepResult.Unfinished(new("verify.identity",
                $"{order.Target}: {order.Revision} is to be told who asks, and {Sentences.OneLine(error.Message)}"));
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    /// <summary>Connections to revisions, to nobody else and without a time limit of their own.</summary>
    internal static HttpClient Connections() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy of the environment would see the token and could answer in the revision's place.
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,
        ConnectCallback = ConnectAsync,
    })
    { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    // The whole within the patience; each attempt bounds itself, because being late is its answer.
    private ResiliencePipeline<Outcome> Pipeline(int attempts)
    {
        var pipeline = new ResiliencePipelineBuilder<Outcome> { TimeProvider = _clock }.AddTimeout(_options.Patience);
        return (attempts <= 1 ? pipeline : pipeline.AddRetry(new RetryStrategyOptions<Outcome>
        {
            MaxRetryAttempts = Math.Min(attempts, AttemptsMax) - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = _options.FirstPause,
            MaxDelay = _options.LongestPause,
            ShouldHandle = new PredicateBuilder<Outcome>().HandleResult(outcome => outcome.Wrong is not null),
        })).Build();
    }

    /// <summary>What is wrong with the answer; null where it is right.</summary>
    private async Task<string?> AttemptAsync(
        RevisionAddress address, Domain.Policies.Verification wanted, Func<string, bool>? body, CancellationToken cancellation)
    {
        var token = _identity is not null && address.IsSecure ? await _identity.GetAsync(address.Audience, cancellation) : null;
        using var late = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Product.Name, Product.Version));
            if (token is not null)
                request.Headers.Authorization = new("Bearer", token);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (int)response.StatusCode != wanted.Status
                ? $"it answers {(int)response.StatusCode}, and {wanted.Status} is wanted"
                : body is null ? null : await MismatchAsync(response, wanted, body, either.Token);
        }
        catch (HttpRequestException error)
        {
            return $"it cannot be asked: {Sentences.OneLine(error.Message)}";
        }
        catch (IOException error)
        {
            return $"its answer breaks off: {Sentences.OneLine(error.Message)}";
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return $"it does not answer within {_options.Timeout.TotalSeconds:0.###} s";
        }
    }

    private async Task<string?> MismatchAsync(
        HttpResponseMessage response, Domain.Policies.Verification wanted, Func<string, bool> body, CancellationToken cancellation)
    {
        var bytes = await BoundedBody.ReadAsync(response, _options.BodyMax, cancellation);
        if (bytes is null)
            return $"it answers {(int)response.StatusCode} with more than {_options.BodyMax} bytes, of which none are matched";
        return body(System.Text.Encoding.UTF8.GetString(bytes))
            ? null
            : $"it answers {(int)response.StatusCode} with {bytes.Length} bytes that do not match {Excerpt.Of(wanted.Body)}";
    }

    // Names under localhost are loopback (RFC 6761), and not every machine's resolver knows: a local Cloud Run has such addresses.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var near = host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        Stream? stream = null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(near ? "localhost" : host, port, cancellation);
            return stream = new NetworkStream(socket, ownsSocket: true);
        }
        finally
        {
            if (stream is null)
                socket.Dispose();
        }
    }

    private static StepResult.Failed Wrong(Effect.Verify order, string last, int asked) => Failed("verify.failed",
        $"{order.Target}: {order.Revision} was asked {asked} of {order.Wanted.Attempts} times "
        + $"for {Excerpt.Of(order.Wanted.Path)}, and last {last}");

    private static StepResult.Failed Failed(string code, string sentence) => new(new Reason(code, sentence));

    private sealed record Outcome(string? Wrong);
}
