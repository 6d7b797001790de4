using System.Text.Json.Serialization.Metadata;

namespace CdAutomation.Triggers.Requests;

/// <summary>The answer to a request.</summary>
internal abstract record ApiResult(int Status)
{
    /// <summary>Done.</summary>
    /// <param name="Value">What was asked for.</param>
    /// <param name="Type">How it is written.</param>
    public sealed record Done(object Value, JsonTypeInfo Type) : ApiResult(StatusCodes.Status200OK);

    /// <summary>Not done.</summary>
    /// <param name="Problem">Why.</param>
    public sealed record Failed(Problem Problem) : ApiResult(Problem.Status);

    /// <summary>Done.</summary>
    public static ApiResult Of<T>(T value, JsonTypeInfo<T> type)
        where T : notnull => new Done(value, type);

    /// <summary>Not done.</summary>
    public static ApiResult Of(int status, string code, string title, string detail, string mend) =>
        new Failed(new(status, code, title, detail, mend));

    /// <summary>Writes it.</summary>
    public Task WriteAsync(HttpResponse response, CancellationToken cancellation)
    {
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        return this switch
        {
            Done done => response.WriteAsJsonAsync(done.Value, done.Type, "application/json", cancellation),
            Failed failed => response.WriteAsJsonAsync(failed.Problem, ApiJson.Default.Problem, Problem.ContentType, cancellation),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
