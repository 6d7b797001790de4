using Grpc.Core;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What the API answers when it does not do what was asked; one factory for each status that Cloud Run uses.</summary>
internal static class Refusal
{
    public static RpcException InvalidArgument(string text) => Of(StatusCode.InvalidArgument, text);

    public static RpcException NotFound(string text) => Of(StatusCode.NotFound, text);

    public static RpcException AlreadyExists(string text) => Of(StatusCode.AlreadyExists, text);

    public static RpcException FailedPrecondition(string text) => Of(StatusCode.FailedPrecondition, text);

    public static RpcException Aborted(string text) => Of(StatusCode.Aborted, text);

    public static RpcException Unavailable(string text) => Of(StatusCode.Unavailable, text);

    public static RpcException ResourceExhausted(string text) => Of(StatusCode.ResourceExhausted, text);

    /// <summary>NOT_FOUND, in the words that Cloud Run has for every kind.</summary>
    /// <param name="name">The full name; its last collection says the kind.</param>
    public static RpcException Missing(string name)
    {
        var parts = name.Split('/');
        var kind = parts[^2] switch
        {
            "services" => "SERVICE",
            "workerPools" => "WORKERPOOL",
            "revisions" => "REVISION",
            "jobs" => "JOB",
            "executions" => "EXECUTION",
            _ => "TASK",
        };
        return NotFound($"Resource '{parts[^1]}' of kind '{kind}' in region '{parts[3]}' in project '{parts[1]}' does not exist.");
    }

    /// <summary>A caller's text as it may stand in an answer: short, and without characters that would break a log line.</summary>
    public static string Shown(string text)
    {
        var start = text.Length > 120 ? string.Concat(text.AsSpan(0, 120), "…") : text;
        return string.Concat(start.Select(letter => char.IsControl(letter) ? '?' : letter));
    }

    private static RpcException Of(StatusCode code, string text) => new(new Status(code, text));
}
