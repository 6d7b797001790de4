using CdAutomation.Delivery;
using CdAutomation.Delivery.Telemetry;
using CdAutomation.Domain;
using CdAutomation.Triggers.Identity;
using CdAutomation.Triggers.Logs;
using CdAutomation.Triggers.Requests;
using CdAutomation.Triggers.Telemetry;
using Google.Cloud.Functions.Framework;

namespace CdAutomation.Triggers;

/// <summary>The HTTP API, for cdctl and for people. Nobody is answered before they are known.</summary>
public sealed class OnRequest(
    IIdentify identify, Questions questions, DeployOrders orders, CommandOrders commands, DeadLetterRequests letters, ILogger<OnRequest> log) : IHttpFunction
{
    /// <inheritdoc/>
    public async Task HandleAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var result = await TracedAsync(context, cancellation);
        if (result.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (result.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        await result.WriteAsync(context.Response, cancellation);
    }

    /// <summary>Its span has ended when the answer begins: it is to be sent before that.</summary>
    private async Task<ApiResult> TracedAsync(HttpContext context, CancellationToken cancellation)
    {
        using var span = Incoming.Request(context);
        var result = await ResultAsync(context, cancellation);
        span.Answered(ApiRoute.Of(context.Request.Path)?.GetType().Name ?? "none", result.Status);
        return result;
    }

    private async Task<ApiResult> ResultAsync(HttpContext context, CancellationToken cancellation)
    {
        var identified = await identify.IdentifyAsync(context, cancellation);
        if (identified is not Identified.Known { Actor: var actor })
            return Stranger(identified);

        System.Diagnostics.Activity.Current?.SetTag(Names.User, actor);
        var request = context.Request;
        if (ApiRoute.Of(request.Path) is not { } route)
        {
            return ApiResult.Of(
                StatusCodes.Status404NotFound, "request.path", "No such address", "the API has nothing at this path",
                "GET /v1/status, /v1/policy, /v1/events, /v1/failures, /v1/pipelines/{name}/why, or POST /v1/pipelines/{name}/deploy and …/commands");
        }

        if (request.Method != route.Method)
        {
            context.Response.Headers.Allow = route.Method;
            return ApiResult.Of(
                StatusCodes.Status405MethodNotAllowed, "request.method", "The method does not fit the address",
                $"this address takes {route.Method}", $"send it as {route.Method}");
        }

        var result = await AnswerAsync(route, request, actor, cancellation);
        log.Requested(route.Method, route.GetType().Name, result.Status, actor);
        return result;
    }

    private async Task<ApiResult> AnswerAsync(ApiRoute route, HttpRequest request, string actor, CancellationToken cancellation)
    {
        try
        {
            return await (route switch
            {
                ApiRoute.Status => questions.StatusAsync(cancellation),
                ApiRoute.Policy => questions.PolicyAsync(cancellation),
                ApiRoute.Events => questions.EventsAsync(request.Query, cancellation),
                ApiRoute.Why why => questions.WhyAsync(why.Pipeline, request.Query, cancellation),
                ApiRoute.Failures => letters.FailuresAsync(request.Query, cancellation),
                ApiRoute.Drop drop => letters.DropAsync(drop.Id, request, actor, cancellation),
                ApiRoute.Deploy deploy => orders.DeployAsync(deploy.Pipeline, request, actor, cancellation),
                ApiRoute.Commands said => commands.TakeAsync(said.Pipeline, request, actor, cancellation),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }
        catch (JournalUnavailableException fault)
        {
            log.JournalUnavailable(fault);
            return ApiResult.Of(
                StatusCodes.Status503ServiceUnavailable, "journal.unavailable", "The journal cannot be reached",
                "nothing was read or changed", "try again in a few seconds; GET /readyz tells when it is back");
        }
    }

    private static ApiResult Stranger(Identified identified) => identified.Match(
        known => throw new System.Diagnostics.UnreachableException(known.Actor),
        unproven => Refusal(StatusCodes.Status401Unauthorized, "You are not known", unproven.Reason,
            "send Authorization: Bearer with the identity token of this endpoint (cdctl does)"),
        refused => Refusal(StatusCodes.Status403Forbidden, "You may not", refused.Reason, "ask whoever runs this process to let you in"),
        unknown => Refusal(StatusCodes.Status503ServiceUnavailable, "You could not be identified", unknown.Reason,
            "try again in a few seconds"));

    private static ApiResult Refusal(int status, string title, Reason reason, string mend) =>
        ApiResult.Of(status, reason.Code, title, reason.Sentence, mend);
}
