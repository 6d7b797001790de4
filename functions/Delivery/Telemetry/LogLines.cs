using Microsoft.Extensions.Logging;

namespace CdAutomation.Delivery.Telemetry;

#pragma warning disable SYSLIB1015 // What a line is found by is not all in its sentence.

/// <summary>Every line that this room logs. Fields have the names of the journal; <c>actor</c> becomes <c>usr.id</c> in the host.</summary>
internal static partial class LogLines
{
    [LoggerMessage(101, LogLevel.Information, "{Pipeline}: {Outcome}, {Code}: {Sentence}.")]
    private static partial void Told(
        ILogger log, string pipeline, string? stage, string outcome, string code, string sentence,
        string? tag, string? digest, string? release, string decisionId, string policyCommit, string? actor);

    /// <summary>A decision was kept.</summary>
    public static void Decided(
        this ILogger log, string pipeline, string? stage, string outcome, string? tag, string? digest, string? release,
        string decisionId, string code, string sentence, string policyCommit, string? actor) =>
        Told(log, pipeline, stage, outcome, code, sentence, tag, digest, release, decisionId, policyCommit, actor);

    [LoggerMessage(102, LogLevel.Information, "{Effect} for {Stage} of {Pipeline}: {Result}.")]
    public static partial void Paid(
        this ILogger log, string effect, string? stage, string pipeline, string result, string? target, int? percent, string? release, string? digest, string? actor);

    [LoggerMessage(103, LogLevel.Information, "The rollout of {Release} to {Stage} of {Pipeline} has ended: {Status}.")]
    public static partial void RolloutEnded(this ILogger log, string pipeline, string stage, string release, string digest, string status, string? actor);
}
