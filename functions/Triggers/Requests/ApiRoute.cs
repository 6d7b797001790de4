namespace CdAutomation.Triggers.Requests;

/// <summary>What a path of the HTTP API stands for.</summary>
internal abstract record ApiRoute(string Method)
{
    /// <summary><c>/v1/status</c></summary>
    public sealed record Status() : ApiRoute(HttpMethods.Get);

    /// <summary><c>/v1/policy</c></summary>
    public sealed record Policy() : ApiRoute(HttpMethods.Get);

    /// <summary><c>/v1/events?refused=true&amp;limit=50</c></summary>
    public sealed record Events() : ApiRoute(HttpMethods.Get);

    /// <summary><c>/v1/pipelines/{pipeline}/why?image=…</c></summary>
    public sealed record Why(string Pipeline) : ApiRoute(HttpMethods.Get);

    /// <summary><c>/v1/pipelines/{pipeline}/deploy</c></summary>
    public sealed record Deploy(string Pipeline) : ApiRoute(HttpMethods.Post);

    /// <summary><c>/v1/pipelines/{pipeline}/commands</c></summary>
    public sealed record Commands(string Pipeline) : ApiRoute(HttpMethods.Post);

    /// <summary><c>/v1/failures?content=…</c></summary>
    public sealed record Failures() : ApiRoute(HttpMethods.Get);

    /// <summary><c>/v1/dead-letters/{id}/drop</c></summary>
    public sealed record Drop(string Id) : ApiRoute(HttpMethods.Post);

    /// <summary>The route of a path, or null.</summary>
    public static ApiRoute? Of(PathString path) => path.Value?.Split('/') switch
    {
        ["", "v1", "status"] => new Status(),
        ["", "v1", "policy"] => new Policy(),
        ["", "v1", "events"] => new Events(),
        ["", "v1", "pipelines", { Length: > 0 } pipeline, "why"] => new Why(pipeline),
        ["", "v1", "pipelines", { Length: > 0 } pipeline, "deploy"] => new Deploy(pipeline),
        ["", "v1", "pipelines", { Length: > 0 } pipeline, "commands"] => new Commands(pipeline),
        ["", "v1", "failures"] => new Failures(),
        ["", "v1", "dead-letters", { Length: > 0 } id, "drop"] => new Drop(id),
        _ => null,
    };
}
