using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>
/// The words of the language that this version knows but does not carry out. They are refused, for a gate that is silently not asked
/// would let pass what somebody wanted to stop. A word that is carried out one day moves from here into the part that reads it.
/// </summary>
internal static class Later
{
    /// <summary>Beside the images of a pipeline.</summary>
    public static readonly string[] OfPipeline = ["match", "platform", "minimumReleaseAge", "tests"];

    /// <summary>Beside the targets of a stage; a strategy is taken apart by <see cref="ReportStrategy"/>.</summary>
    public static readonly string[] OfStage = ["after", "notify"];

    /// <summary>Targets that are no service.</summary>
    public static readonly string[] OfTarget = ["job", "workerPool"];

    /// <summary>Gates that are not asked yet.</summary>
    public static readonly string[] OfGates = ["windows", "approvals", "rate", "webhook", "signature", "vulnerabilities", "provenance"];

    /// <summary>Kinds of documents.</summary>
    public static readonly string[] Kinds = ["Freeze"];

    /// <summary>Modes other than <c>enforce</c>.</summary>
    public static readonly string[] Modes = ["shadow", "off"];

    private static readonly string[] OfStrategy = ["predeploy", "verify", "canary", "analysis", "autoRollback"];

    /// <summary>Names each part of a strategy that is asked for.</summary>
    public static void ReportStrategy(YamlNode.Scalar key, YamlNode strategy, ProblemList problems)
    {
        Fields.Of(strategy, "strategy", problems, [], OfStrategy);
        if (strategy is YamlNode.Mapping { Entries: [] })
            problems.Later(key);
    }
}
