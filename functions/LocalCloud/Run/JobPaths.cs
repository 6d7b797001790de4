namespace CdAutomation.LocalCloud.Run;

/// <summary>Checks the names of jobs, executions and tasks, which are used as text afterwards.</summary>
internal static class JobPaths
{
    private static readonly string[] Collections = ["jobs", "executions", "tasks"];

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name.</exception>
    public static string Job(string text, string field) => Parse(text, field, 1, wild: false);

    /// <inheritdoc cref="Job"/>
    public static string Execution(string text, string field) => Parse(text, field, 2, wild: false);

    /// <inheritdoc cref="Job"/>
    public static string Task(string text, string field) => Parse(text, field, 3, wild: false);

    /// <summary>execution.proto: "To list all Executions across Jobs, use "-" instead of Job name."</summary>
    /// <inheritdoc cref="Job" path="/exception"/>
    public static string JobOrAll(string text, string field) => Parse(text, field, 1, wild: true);

    /// <summary>
    /// task.proto: "To list all Tasks across Executions of a Job, use "-" instead of Execution name", and likewise for jobs.
    /// </summary>
    /// <inheritdoc cref="Job" path="/exception"/>
    public static string ExecutionOrAll(string text, string field) => Parse(text, field, 2, wild: true);

    private static string Parse(string text, string field, int depth, bool wild)
    {
        var parts = text.Split('/');
        if (parts.Length == 4 + 2 * depth)
        {
            LocationPath.Parse(string.Join('/', parts[..4]), field);
            var pairs = parts[4..].Chunk(2).ToArray();
            if (pairs.Select(it => it[0]).SequenceEqual(Collections[..depth])
                && pairs.All(it => LocationPath.Segment().IsMatch(it[1]) || (wild && it[1] == "-")))
                return text;
        }

        var form = string.Concat(Collections[..depth].Select(it => $"/{it}/*"));
        throw Refusal.InvalidArgument($"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*{form}.");
    }
}
