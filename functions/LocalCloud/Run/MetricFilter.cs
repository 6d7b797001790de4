using System.Text.RegularExpressions;

namespace CdAutomation.LocalCloud.Run;

/// <summary>A monitoring filter as far as it is understood here: equalities that are joined by AND.</summary>
/// <param name="Metric">The metric's type.</param>
/// <param name="Labels">What labels must be, by their canonical names, such as <c>resource.labels.service_name</c>.</param>
internal sealed partial record MetricFilter(string Metric, IReadOnlyDictionary<string, string> Labels)
{
    public const string RequestCount = "run.googleapis.com/request_count";
    public const string RequestLatencies = "run.googleapis.com/request_latencies";
    public const string ResourceType = "cloud_run_revision";
    public const string StatusClass = "metric.labels.response_code_class";

    private const int Longest = 2048;

    private const string Understood =
        $"The local Cloud Run understands equalities joined by AND: metric.type=\"{RequestCount}\" or \"{RequestLatencies}\" "
        + $"(one of them is required), resource.type=\"{ResourceType}\", resource.labels.project_id, .location, .service_name, .revision_name and "
        + ".configuration_name, and metric.labels.response_code_class for counts.";

    private static readonly string[] ResourceLabels =
    [
        "resource.labels.project_id", "resource.labels.location", "resource.labels.service_name", "resource.labels.revision_name",
        "resource.labels.configuration_name",
    ];

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: anything else, with what is understood.</exception>
    public static MetricFilter Parse(string text)
    {
        if (text.Length > Longest || !Whole().IsMatch(text)) throw Refused("it is not of that form");
        var terms = new Dictionary<string, string>();
        foreach (Match term in Term().Matches(text))
        {
            var key = Canonical(term.Groups["key"].Value);
            if (!terms.TryAdd(key, term.Groups["value"].Value)) throw Refused($"'{Refusal.Shown(key)}' is given more than once");
        }

        terms.Remove("metric.type", out var metric);
        if (metric is not (RequestCount or RequestLatencies)) throw Refused($"metric.type '{Refusal.Shown(metric ?? "")}' is not known");
        if (terms.Remove("resource.type", out var resource) && resource != ResourceType)
            throw Refused($"resource.type '{Refusal.Shown(resource)}' is not known");
        foreach (var key in terms.Keys)
            if (!IsLabelOf(metric, key)) throw Refused($"'{Refusal.Shown(key)}' is not known");
        return new(metric, terms);
    }

    /// <summary>Whether series of a metric have a label; its canonical name.</summary>
    public static bool IsLabelOf(string metric, string label) =>
        ResourceLabels.Contains(label) || (label == StatusClass && metric == RequestCount);

    /// <summary>Google's own texts have both <c>resource.label.x</c> and <c>resource.labels.x</c>.</summary>
    public static string Canonical(string key) =>
        key.Replace("resource.label.", "resource.labels.", StringComparison.Ordinal)
            .Replace("metric.label.", "metric.labels.", StringComparison.Ordinal);

    private static Grpc.Core.RpcException Refused(string why) => Refusal.InvalidArgument($"filter: {why}. {Understood}");

    [GeneratedRegex("(?<key>[a-z_.]+)\\s*=\\s*\"(?<value>[^\"\\\\]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Term();

    [GeneratedRegex(
        "^\\s*[a-z_.]+\\s*=\\s*\"[^\"\\\\]*\"(\\s+AND\\s+[a-z_.]+\\s*=\\s*\"[^\"\\\\]*\")*\\s*\\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}
