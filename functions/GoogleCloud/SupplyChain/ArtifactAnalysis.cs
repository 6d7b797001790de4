using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.SupplyChain;

/// <summary>Occurrences of Artifact Analysis over REST: bounded, retried where that may help, and whole or not at all.</summary>
internal sealed class ArtifactAnalysis : IDisposable
{
    private readonly ArtifactAnalysisOptions _options;
    private readonly IAccessTokens _google;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Page> _pipeline;

    /// <exception cref="ArgumentException">The endpoint is none that may be sent Google's token.</exception>
    public ArtifactAnalysis(ArtifactAnalysisOptions options, IAccessTokens google, TimeProvider clock)
    {
        if (!options.Endpoint.IsAbsoluteUri
            || !(options.Endpoint.Scheme == Uri.UriSchemeHttps || options.Endpoint.Scheme == Uri.UriSchemeHttp && options.Endpoint.IsLoopback))
            throw new ArgumentException("The endpoint of Artifact Analysis must be https, or http on this machine.", nameof(options));

        (_options, _google, _clock) = (options, google, clock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _pipeline = new ResiliencePipelineBuilder<Page> { TimeProvider = clock }
            .AddTimeout(options.Total)
            .AddRetry(Retries(options))
            .AddTimeout(options.Attempt)
            .Build();
    }

    /// <summary>Every occurrence of one kind about the image.</summary>
    /// <exception cref="AnalysisException">They could not be read, or not all of them.</exception>
    public async Task<ImmutableArray<Occurrence>> ListAsync(ReleaseImage image, string kind, CancellationToken cancellation)
    {
        var resource = $"https://{image.Repository}@{image.Digest}";
        // Google's APIs write a project that is scoped by a domain with a colon.
        var project = image.Repository.Project.Replace('/', ':');
        var filter = Uri.EscapeDataString($"kind = \"{kind}\" AND resourceUrl = \"{resource}\"");
        var first = $"/v1/projects/{project}/occurrences?filter={filter}&pageSize={_options.PageSize}";

        var all = ImmutableArray.CreateBuilder<Occurrence>();
        HashSet<string> tokens = new(StringComparer.Ordinal);
        for (string? token = ""; token is not null;)
        {
            if (!tokens.Add(token))
                throw Endless(image, $"its page {tokens.Count} is followed by one that was read before");
            if (tokens.Count > _options.PagesMax)
                throw Endless(image, $"it has more than {_options.PagesMax} pages");

            var address = new Uri(_options.Endpoint, token.Length == 0 ? first : $"{first}&pageToken={Uri.EscapeDataString(token)}");
            var page = Read(await AskAsync(address, project, cancellation), image);
            all.AddRange(About(page, resource, kind, image));
            token = page.NextPageToken is { Length: > 0 } next ? next : null;
        }

        return all.ToImmutable();
    }

    public void Dispose() => _http.Dispose();

    private static IEnumerable<Occurrence> About(OccurrencePage page, string resource, string kind, ReleaseImage image)
    {
        foreach (var one in page.Occurrences ?? [])
        {
            // One that does not say what it is about may be about our image: leaving it out could hide what it found.
            if (one is not { Kind: not null, ResourceUri: not null })
                throw new AnalysisException("analysis.odd", $"an occurrence about {image.Label} does not say what it is");
            if (one.Kind == kind && one.ResourceUri == resource)
                yield return one;
        }
    }

    private static AnalysisException Endless(ReleaseImage image, string how) =>
        new("analysis.paging", $"the occurrences of {image.Label} do not end: {how}");

    private static OccurrencePage Read(byte[] body, ReleaseImage image)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OccurrenceJson.Default.OccurrencePage)
                ?? throw new AnalysisException("analysis.odd", $"the occurrences of {image.Label} are null");
        }
        catch (JsonException error)
        {
            throw new AnalysisException("analysis.odd",
                $"the occurrences of {image.Label} cannot be read: not what is expected at {Domain.Images.Excerpt.Of(error.Path)}");
        }
    }

    private async Task<byte[]> AskAsync(Uri address, string project, CancellationToken cancellation)
    {
        try
        {
            var bearer = await _google.GetAsync(cancellation);
            var page = await _pipeline.ExecuteAsync(async token => await AttemptAsync(address, bearer, token), cancellation);
            return page.Status is HttpStatusCode.OK ? page.Body : throw Trouble(page, project, address.Authority);
        }
        catch (AccessTokenUnavailableException error)
        {
            throw new AnalysisException("analysis.unauthorized", error.Message);
        }
        catch (TimeoutRejectedException error)
        {
            throw new AnalysisException("analysis.unreachable", $"{address.Authority} did not answer within {error.Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException error)
        {
            throw new AnalysisException("analysis.unreachable", $"{address.Authority} could not be asked: {error.Message.TrimEnd('.')}");
        }
        catch (IOException error)
        {
            throw new AnalysisException("analysis.unreachable", $"{address.Authority} could not be asked: {error.Message.TrimEnd('.')}");
        }
    }

    private async Task<Page> AttemptAsync(Uri address, string bearer, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Product.Name, Product.Version));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var body = await BoundedBody.ReadAsync(response, _options.BodyMax, cancellation)
            ?? throw new AnalysisException("analysis.tooLarge", $"{address.Authority} answered with more than {_options.BodyMax} bytes");
        return new Page(response.StatusCode, BoundedBody.RetryAfterOf(response, _clock), body);
    }

    private static AnalysisException Trouble(Page page, string project, string host) => page.Status switch
    {
        HttpStatusCode.Unauthorized => new("analysis.unauthorized", $"{host} does not accept who we are"),
        HttpStatusCode.Forbidden => new("analysis.denied",
            $"occurrences of project {project} may not be read: enable the API there and grant our account roles/containeranalysis.occurrences.viewer"),
        HttpStatusCode.TooManyRequests => new("analysis.throttled", $"{host} asks us to come again later", page.RetryAfter),
        >= HttpStatusCode.InternalServerError => new("analysis.unreachable", $"{host} answers {(int)page.Status}", page.RetryAfter),
        _ => new("analysis.odd", $"{host} answers {(int)page.Status} to a question about project {project}"),
    };

    private static RetryStrategyOptions<Page> Retries(ArtifactAnalysisOptions options) => new()
    {
        MaxRetryAttempts = options.RetriesMax,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstPause,
        ShouldHandle = new PredicateBuilder<Page>()
            .Handle<HttpRequestException>()
            .Handle<IOException>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(page => (page.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)page.Status >= 500)
                && !(page.RetryAfter > options.RetryAfterMax)),
        DelayGenerator = static attempt => ValueTask.FromResult(attempt.Outcome.Result?.RetryAfter),
    };

    private sealed record Page(HttpStatusCode Status, TimeSpan? RetryAfter, byte[] Body);
}

/// <summary>Artifact Analysis gave no answer that could be used. Caught where a gate is answered, and becomes Unknown there.</summary>
internal sealed class AnalysisException(string code, string sentence, TimeSpan? retryAfter = null) : Exception(sentence)
{
    public Answer Answer { get; } = new(Finding.Unknown, new Reason(code, sentence), retryAfter);
}
