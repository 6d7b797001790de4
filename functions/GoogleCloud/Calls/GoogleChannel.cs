using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.GoogleCloud.Calls;

/// <summary>A connection to one endpoint of a Google API, kept open, and what each call on it carries.</summary>
internal sealed class GoogleChannel : IDisposable
{
    // The form every Google client sends: language, transport, client library.
    private static readonly string ApiClient =
        $"gl-dotnet/{Environment.Version} grpc/{typeof(GrpcChannel).Assembly.GetName().Version?.ToString(3)} gccl/{Product.Version}";

    private readonly GrpcChannel? _channel;
    private readonly IAccessTokens? _tokens;
    private readonly string? _routing;

    /// <param name="endpoint">Scheme, host and port; over plain http no token is ever sent.</param>
    /// <param name="tokens">Where the bearer token comes from.</param>
    /// <param name="routing">The value of <c>x-goog-request-params</c>, or null for none.</param>
    /// <param name="instead">Carries the calls in place of a connection; null connects.</param>
    public GoogleChannel(Uri endpoint, IAccessTokens tokens, string? routing, CallInvoker? instead = null)
    {
        _channel = instead is null ? Connection(endpoint) : null;
        Invoker = instead ?? _channel!.CreateCallInvoker();
        _tokens = endpoint.Scheme == Uri.UriSchemeHttps ? tokens : null;
        _routing = routing;
    }

    public CallInvoker Invoker { get; }

    /// <summary>Makes one unary call.</summary>
    /// <exception cref="RpcException">The endpoint's answer is an error, or there is none.</exception>
    /// <exception cref="AccessTokenUnavailableException">The call was not made for want of a token.</exception>
    public async Task<T> CallAsync<T>(Func<Metadata, CancellationToken, AsyncUnaryCall<T>> begin, CancellationToken cancellation)
    {
        var headers = new Metadata { { "x-goog-api-client", ApiClient } };
        if (_routing is not null)
            headers.Add("x-goog-request-params", _routing);
        if (_tokens is not null)
            headers.Add("authorization", $"Bearer {await _tokens.GetAsync(cancellation)}");

        try
        {
            using var call = begin(headers, cancellation);
            return await call;
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            // gRPC reports our own cancellation as a status; timeouts are recognised by the exception of the token.
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
    }

    public void Dispose() => _channel?.Dispose();

    private static GrpcChannel Connection(Uri endpoint) => GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(5) },
        DisposeHttpClient = true,
    });
}
