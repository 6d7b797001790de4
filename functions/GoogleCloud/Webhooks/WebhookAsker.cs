using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Calls;
using CdAutomation.GoogleCloud.Identity;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace CdAutomation.GoogleCloud.Webhooks;

/// <summary>Asks a web address. Only what it answers whole, in time and in the agreed form is a verdict.</summary>
internal sealed class WebhookAsker(WebhookOptions options, IIdentityTokens? identity, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // A proxy of the environment would see the question and could answer it.
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 64,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<Answer> AskAsync(Gate.Webhook gate, GateQuestion question, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(gate.Url, UriKind.Absolute, out var address) || !IsAllowed(address))
            return Unknown("webhook.address", "the address of the webhook must be https, or http on this machine, and hold no user");

        // The path and the query may hold a secret that lets us in: only the host is ever named.
        var host = address.Authority;
        var timeout = TimeSpan.FromTicks(Math.Clamp(gate.Timeout.Ticks, TimeoutMin.Ticks, Math.Max(options.TimeoutMax.Ticks, TimeoutMin.Ticks)));
        try
        {
            var pipeline = new ResiliencePipelineBuilder<Reply> { TimeProvider = clock }.AddTimeout(timeout).AddRetry(Retries()).Build();
            var reply = await pipeline.ExecuteAsync(async stop => await AttemptAsync(address, question, stop), cancellation);
            return AnswerOf(reply, host);
        }
        catch (AccessTokenUnavailableException error)
        {
            return Unknown("webhook.identity", $"{host} is to be told who asks, and {error.Message}");
        }
        catch (TimeoutRejectedException)
        {
            return Unknown("webhook.slow", $"{host} did not answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException error)
        {
            return Unknown("webhook.unreachable", $"{host} could not be asked: {error.Message.TrimEnd('.')}");
        }
        catch (IOException error)
        {
            return Unknown("webhook.unreachable", $"{host} could not be asked: {error.Message.TrimEnd('.')}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsAllowed(Uri address) => address.UserInfo.Length == 0 && address.Host.Length > 0
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private async Task<Reply> AttemptAsync(Uri address, GateQuestion question, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = ContentOf(question) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Product.Name, Product.Version));
        if (options.SendIdentity && identity is not null)
            request.Headers.Authorization = new("Bearer", await identity.GetAsync(address.GetLeftPart(UriPartial.Authority), cancellation));

        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return new Reply(
            response.StatusCode,
            BoundedBody.RetryAfterOf(response, clock),
            await BoundedBody.ReadAsync(response, options.BodyMax, cancellation));
    }

    private static ByteArrayContent ContentOf(GateQuestion question)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "cdautomation/v1");
            json.WriteString("pipeline", question.Pipeline);
            json.WriteString("stage", question.Stage);
            json.WriteStartObject("image");
            json.WriteString("repository", question.Image.Repository.ToString());
            json.WriteString("digest", question.Image.Digest.Value);
            json.WriteString("tag", question.Image.Tag);
            json.WriteEndObject();
            json.WriteString("commit", question.Commit);
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private Answer AnswerOf(Reply reply, string host) => reply switch
    {
        { Body: null } => Unknown("webhook.tooLarge", $"{host} answers with more than {options.BodyMax} bytes"),
        { Status: HttpStatusCode.OK } => WebhookReply.Read(reply.Body, host),
        _ => new(Finding.Unknown, new("webhook.status", $"{host} answers {(int)reply.Status}, and 200 with a verdict is wanted"), reply.RetryAfter),
    };

    private static Answer Unknown(string code, string sentence) => new(Finding.Unknown, new(code, sentence));

    // Only where nobody has answered: a gateway's word, or none. A 500 is an answer, of something that is broken.
    private RetryStrategyOptions<Reply> Retries() => new()
    {
        MaxRetryAttempts = options.RetriesMax,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstPause,
        ShouldHandle = new PredicateBuilder<Reply>()
            .Handle<HttpRequestException>()
            .Handle<IOException>()
            .HandleResult(reply => reply.Status
                is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout && reply.RetryAfter is null),
    };

    private sealed record Reply(HttpStatusCode Status, TimeSpan? RetryAfter, byte[]? Body);
}
