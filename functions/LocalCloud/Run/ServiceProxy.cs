using System.Net;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Answers at the services' addresses: draws a revision by the traffic statuses, or takes the one of the tag, and sends the request to
/// its container, HTTP/1.1 with the Host as it came. A container that is not running is started first, as Cloud Run starts from zero.
/// </summary>
internal sealed class ServiceProxy(
    RunStore store, RoutingTable routes, IInstances instances, TrafficMeter meter, IHttpForwarder forwarder, TimeProvider clock,
    Func<int, int> draw) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public async Task HandleAsync(HttpContext context)
    {
        if (!ServiceAddresses.TryRead(context.Request.Host.Host, out var path, out var tag))
        {
            await SayAsync(context, 404, "This is the local Cloud Run. Services answer at http://SERVICE.REGION.PROJECT.localhost, "
                + "traffic tags at http://TAG---SERVICE.REGION.PROJECT.localhost, on this port.");
            return;
        }

        if (routes.Find(path) is not { IsAddressDisabled: false } route)
        {
            await SayAsync(context, 404, $"There is no service '{path.Id}' at this address.");
            return;
        }

        if (route.Choose(tag, draw(100)) is not { Length: > 0 } revision)
            await SayAsync(context, tag.Length > 0 ? 404 : 503, tag.Length > 0
                ? $"Service '{path.Id}' has no traffic tag '{tag}'."
                : $"Service '{path.Id}' has no revision that serves.");
        else await ServeAsync(context, revision);
    }

    public void Dispose() => _client.Dispose();

    private async Task ServeAsync(HttpContext context, string revision)
    {
        var start = clock.GetTimestamp();
        try
        {
            await AnswerAsync(context, revision);
        }
        finally
        {
            // 499, as servers write it down when the caller went away: nobody's answer was counted against the revision.
            var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? 499 : context.Response.StatusCode;
            meter.Count(revision, status, clock.GetElapsedTime(start));
        }
    }

    private async Task AnswerAsync(HttpContext context, string name)
    {
        if (store.Read(tables => tables.FindRevision(name)) is not { Readiness: Readiness.Ready } stored)
        {
            await SayAsync(context, 503, $"Revision '{RevisionPath.ShortName(name)}' is gone.");
            return;
        }

        var runnable = new RunnableRevision(stored.Body, stored.Digest, new Dictionary<string, string>());
        switch (await instances.StartAsync(runnable, context.RequestAborted))
        {
            case StartResult.Failed failed:
                await SayAsync(context, 503, $"Revision '{stored.ShortName}' did not start. {failed.Text}");
                break;
            case StartResult.Serving { Address: { } address }:
                await ForwardAsync(context, stored, address);
                break;
            case StartResult.Serving { FailsOneIn: var fails }:
                await SimulatedAnswer.WriteAsync(context, stored, fails > 0 && draw(fails) == 0 ? 500 : 200);
                break;
        }
    }

    private async Task ForwardAsync(HttpContext context, StoredRevision revision, Uri address)
    {
        var config = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = revision.Body.Timeout?.ToTimeSpan() ?? TimeSpan.FromMinutes(5),
        };
        var error = await forwarder.SendAsync(context, address.ToString(), _client, config, SameHost.Instance);
        // Cloud Run answers 503 where YARP says 502: the instance did not speak HTTP, or broke off.
        if (error != ForwarderError.None && !context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status502BadGateway)
            await SayAsync(context, 503, $"Revision '{revision.ShortName}' broke the connection or did not answer in HTTP.");
    }

    private static Task SayAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }

    private sealed class SameHost : HttpTransformer
    {
        public static readonly SameHost Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        }
    }
}
