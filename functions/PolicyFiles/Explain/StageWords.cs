using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;

namespace CdAutomation.PolicyFiles.Explain;

/// <summary>What a stage takes and when, in one sentence.</summary>
internal static class StageWords
{
    /// <summary>The sentence.</summary>
    public static string Of(PipelinePolicy policy, StagePolicy stage)
    {
        var taken = stage.After is { } after ? After(after) : TagWords.Of(policy.Tags);
        var conditions = new List<string>();
        if (policy.Platform is { } platform)
            conditions.Add($"for {platform}");
        if (stage.After is null && policy.MinimumReleaseAge is { } age)
            conditions.Add($"once it has been in the registry for {Phrases.Span(age)}");
        conditions.AddRange(stage.Gates.SelectMany(Conditions));
        if (stage.After is null && policy.MinimumReleaseAge is null && stage.Gates is [])
            conditions.Add("as soon as it is pushed");
        return string.Join(", ", conditions.Prepend($"{stage.Name} ({Phrases.And(stage.Targets.Select(Target))}) takes {taken}"));
    }

    private static string After(Gate.After after) => after.SoakTime == TimeSpan.Zero
        ? $"the newest one that {after.Stage} serves or has served"
        : $"the newest one that has been {Phrases.Span(after.SoakTime)} in {after.Stage}";

    private static string Target(Target target)
    {
        var kind = target.Kind switch
        {
            TargetKind.Service => "service",
            TargetKind.Job => "job",
            TargetKind.WorkerPool => "worker pool",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return $"{kind} {target.Name} of {target.Project} in {target.Region}{(target.RunOnDeploy ? ", which is then started" : "")}";
    }

    private static IEnumerable<string> Conditions(Gate gate) => gate.Match<IEnumerable<string>>(
        frozen => [],
        after => [],
        age => [],
        platform => [],
        build => [Build(build)],
        windows => WindowWords.Of(windows),
        rate => [$"at most {rate.AtMost} per {Phrases.Per(rate.Per)}"],
        approvals => [Approvals(approvals)],
        webhook => [$"if {Host(webhook.Url)} says so within {Phrases.Span(webhook.Timeout)}"],
        signature => [$"signed with the key {signature.PublicKey}"],
        vulnerabilities => [Vulnerabilities(vulnerabilities)],
        provenance => [$"built by {provenance.Builder}{From(provenance.Repository)} by its provenance"]);

    private static string Build(Gate.Build build)
    {
        var triggers = build.Triggers is [] ? "" : $" of the trigger {Phrases.Or(build.Triggers)}";
        var branch = build.Branch is null ? "" : $" on the branch {build.Branch}";
        return $"from a build{triggers}{branch}{From(build.Repository)} that ended with {build.Status}";
    }

    private static string Approvals(Gate.Approvals approvals)
    {
        var from = approvals.From is [] ? "" : $" of {Phrases.Or(approvals.From)}";
        var deadline = approvals.Deadline is { } within ? $" within {Phrases.Span(within)}" : "";
        var author = approvals.NotAuthor ? ", the author's not counted" : "";
        return $"after {Phrases.Count(approvals.Count, "approval")}{from}{deadline}{author}";
    }

    private static string Vulnerabilities(Gate.Vulnerabilities gate) => gate.AtMost == Severity.Critical
        ? "once its vulnerabilities are known"
        : $"with no {(gate.FixableOnly ? "fixable " : "")}vulnerability above {gate.AtMost.ToString().ToUpperInvariant()}";

    private static string From(string? repository) => repository is null ? "" : $" from {repository}";

    // What follows the path of an address may be a secret.
    private static string Host(string url) => new Uri(url).GetLeftPart(UriPartial.Path);
}
