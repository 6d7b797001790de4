using System.Net;
using System.Net.Http.Headers;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>HTTP to registries: bounded, retried where that may help, authorised when asked to be.</summary>
internal sealed class RegistryConnection : IDisposable
{
    // Without the index types a registry may answer for one platform's manifest, whose digest is another.
    private const string Manifests = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

    private readonly RegistryOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly RegistryAuthorization _authorization;
    private readonly ResiliencePipeline<RegistryAnswer> _pipeline;

    /// <param name="options">Where, and how patiently.</param>
    /// <param name="google">Tokens for Google's registries.</param>
    /// <param name="clock">Measures patience.</param>
    /// <param name="actions">What a token is asked for: <c>pull</c>, or <c>pull,push</c> where something is pushed.</param>
    public RegistryConnection(RegistryOptions options, IAccessTokens google, TimeProvider clock, string actions = "pull")
    {
        (_options, _clock) = (options, clock);
        _authorization = new RegistryAuthorization(options, google, clock, actions);
        _http = new HttpClient(new SocketsHttpHandler
        {
            // Followed by itself, a redirect could take our credentials, or us, anywhere.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = new ResiliencePipelineBuilder<RegistryAnswer> { TimeProvider = clock }
            .AddTimeout(options.Total)
            .AddRetry(Retries(options))
            .AddTimeout(options.Attempt)
            .Build();
    }

    /// <summary>Where the registry of a repository is.</summary>
    /// <exception cref="RegistryException">Its host is no address: a port beyond 65535, say.</exception>
    public Uri ServerOf(Repository repository)
    {
        if (_options.Endpoint(repository.Host) is { } endpoint)
            return endpoint;
        return Uri.TryCreate($"https://{repository.Host}", UriKind.Absolute, out var usual)
            ? usual
            : throw new RegistryException("registry.reference", $"{Excerpt.Of(repository.Host)} is no address of a registry");
    }

    /// <summary>Asks about a repository, and shows who we are if the registry wants to know.</summary>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public Task<RegistryAnswer> AskAsync(HttpMethod method, Uri address, Repository repository, CancellationToken cancellation) =>
        AskAsync(method, address, repository, _options.BodyMax, cancellation);

    /// <summary>As above, reading no more than so many bytes, nor than the options allow.</summary>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public Task<RegistryAnswer> AskAsync(
        HttpMethod method, Uri address, Repository repository, int bodyMax, CancellationToken cancellation) =>
        AskAsync(method, address, repository, null, Math.Min(bodyMax, _options.BodyMax), cancellation);

    /// <summary>Sends something about a repository, and shows who we are if the registry wants to know.</summary>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public Task<RegistryAnswer> PushAsync(
        HttpMethod method, Uri address, Repository repository, RegistryBody body, CancellationToken cancellation) =>
        AskAsync(method, address, repository, body, _options.BodyMax, cancellation);

    private async Task<RegistryAnswer> AskAsync(
        HttpMethod method, Uri address, Repository repository, RegistryBody? body, int bodyMax, CancellationToken cancellation)
    {
        var known = _authorization.KnownFor(address, repository);
        var answer = await SendAsync(method, address, known, body, bodyMax, cancellation);
        if (answer.Status is not HttpStatusCode.Unauthorized)
            return answer;

        // Once only: a registry that does not accept what it gave out will not do so the next time.
        var header = await _authorization.AnswerAsync(address, repository, answer.Challenges,
            (realm, basic, stop) => SendAsync(HttpMethod.Get, realm, basic, null, _options.BodyMax, stop), cancellation);
        return await SendAsync(method, address, header, body, bodyMax, cancellation);
    }

    /// <summary>Asks for a blob, following one redirect: registries keep blobs elsewhere.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="repository">Whose it is.</param>
    /// <param name="bodyMax">The largest answer that is read, in bytes; never more than the options allow.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RegistryException">No answer was to be had.</exception>
    public async Task<RegistryAnswer> FetchAsync(Uri address, Repository repository, int bodyMax, CancellationToken cancellation)
    {
        var answer = await AskAsync(HttpMethod.Get, address, repository, bodyMax, cancellation);
        if (!Redirect.Is(answer.Status) || answer.Location is not { } location)
            return answer;

        // Credentials stay behind: the address that a registry gives out carries its own.
        var elsewhere = Redirect.Target(address, location);
        return await SendAsync(HttpMethod.Get, elsewhere, null, null, Math.Min(bodyMax, _options.BodyMax), cancellation);
    }

    public void Dispose() => _http.Dispose();

    private async Task<RegistryAnswer> SendAsync(
        HttpMethod method, Uri address, AuthenticationHeaderValue? authorization, RegistryBody? body, int bodyMax, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                async token => await AttemptAsync(method, address, authorization, body, bodyMax, token), cancellation);
        }
        catch (TimeoutRejectedException error)
        {
            throw new RegistryException("registry.unreachable",
                $"{address.Authority} did not answer within {error.Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(address, error.Message);
        }
        catch (IOException error)
        {
            throw Unreachable(address, error.Message);
        }
    }

    private static RegistryException Unreachable(Uri address, string why) =>
        new("registry.unreachable", $"{address.Authority} could not be asked: {why.TrimEnd('.')}");

    private async Task<RegistryAnswer> AttemptAsync(
        HttpMethod method, Uri address, AuthenticationHeaderValue? authorization, RegistryBody? body, int bodyMax, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("Accept", Accepted(address));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Product.Name, Product.Version));
        request.Headers.Authorization = authorization;
        if (body is not null)
        {
            request.Content = new ReadOnlyMemoryContent(body.Bytes);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(body.Type);
        }

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return new RegistryAnswer(
            response.StatusCode,
            First(response, "Docker-Content-Digest"),
            First(response, "Link"),
            Challenge.Read(response.Headers.WwwAuthenticate),
            BoundedBody.RetryAfterOf(response, _clock),
            await ReadAsync(response, address, bodyMax, cancellation))
        { Location = response.Headers.Location };
    }

    // The last word but one says what is asked for; a repository may bear the same words before it.
    private static string Accepted(Uri address) => address.Segments is [.., var kind, _] ? kind switch
    {
        "manifests/" => Manifests,
        "referrers/" => "application/vnd.oci.image.index.v1+json",
        "blobs/" => "*/*",
        _ => "application/json",
    }
    : "*/*";

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri address, int bodyMax, CancellationToken cancellation) =>
        await BoundedBody.ReadAsync(response, bodyMax, cancellation)
            ?? throw new RegistryException("registry.tooLarge", $"{address.Authority} answered with more than {bodyMax} bytes");

    private static string? First(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) ? string.Join(", ", values) : null;

    private static RetryStrategyOptions<RegistryAnswer> Retries(RegistryOptions options) => new()
    {
        MaxRetryAttempts = options.RetriesMax,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstPause,
        ShouldHandle = new PredicateBuilder<RegistryAnswer>()
            .Handle<HttpRequestException>()
            .Handle<IOException>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(answer => MayPass(answer.Status) && !(answer.RetryAfter > options.RetryAfterMax)),
        DelayGenerator = static attempt => ValueTask.FromResult(attempt.Outcome.Result?.RetryAfter),
    };

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
}
