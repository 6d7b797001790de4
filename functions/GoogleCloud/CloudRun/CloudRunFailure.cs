using CdAutomation.Domain;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Grpc.Core;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>Why Cloud Run did not do it, read from what it left behind.</summary>
/// <param name="Reason">The code <c>run.…</c>, what it means, and Cloud Run's own words.</param>
/// <param name="Passing">Whether the same thing may well succeed when it is tried again.</param>
internal sealed record CloudRunFailure(Reason Reason, bool Passing)
{
    private const string LogsUrl = "Logs URL:";

    /// <summary>As an answer to an order.</summary>
    public StepResult Result => Passing ? new StepResult.Unfinished(Reason) : new StepResult.Failed(Reason);

    /// <summary>
    /// Reads a failed rollout: the reason of a condition first, the text second, the operation's code last, because the same fault came
    /// with different codes over the years (9 and 13 for a container that does not listen).
    /// </summary>
    /// <param name="target">What it is about.</param>
    /// <param name="conditions">Of the revision and the service, the most telling first; those that did not fail are passed over.</param>
    /// <param name="operation">The error of the operation, if it ended with one.</param>
    /// <param name="logs">Where the revision's logs are, or null.</param>
    public static CloudRunFailure OfRollout(
        Target target, IEnumerable<Condition?> conditions, Google.Rpc.Status? operation, string? logs)
    {
        var failed = conditions.OfType<Condition>().Where(IsFailure).ToArray();
        string[] texts = [.. failed.Select(condition => condition.Message), operation?.Message ?? ""];
        var words = texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? "";

        var meaning = failed.Select(FailureTable.ByReason).FirstOrDefault(known => known is not null)
            ?? texts.Select(FailureTable.ByText).FirstOrDefault(known => known is not null)
            ?? failed.Select(FailureTable.ByVagueReason).FirstOrDefault(known => known is not null)
            ?? FailureTable.ByCode((StatusCode)(operation?.Code ?? 0));
        return Of(target, meaning, words, logs);
    }

    /// <summary>Reads a call that Cloud Run refused.</summary>
    public static CloudRunFailure OfCall(Target target, CallError error)
    {
        var meaning = (error.Code is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition
                ? FailureTable.ByText(error.Message)
                : null)
            ?? FailureTable.ByRefusal(error.Code, target.Kind);
        return Of(target, meaning, error.Message, null);
    }

    private static CloudRunFailure Of(Target target, FailureTable.Meaning meaning, string words, string? logs)
    {
        var cut = words.IndexOf(LogsUrl, StringComparison.OrdinalIgnoreCase);
        var link = cut < 0 ? logs : words[(cut + LogsUrl.Length)..].Split(' ', '\n', '\r', '\t')
            .FirstOrDefault(word => word.StartsWith("https://", StringComparison.Ordinal)) ?? logs;
        var said = Sentences.OneLine(cut < 0 ? words : words[..cut]);
        var where = string.IsNullOrEmpty(link) ? "" : $"; logs: {Sentences.OneLine(link)}";
        return new(new Reason(meaning.Code, $"{target}: {meaning.Sentence} (\"{said}\"){where}"), meaning.Passing);
    }

    // An idle revision is 'Active: FAILED, RETIRED': nothing is wrong with it.
    private static bool IsFailure(Condition condition) =>
        condition.State is State.ConditionFailed
        && condition.Type != "Active"
        && condition.RevisionReason is not (RevisionReason.Retired or RevisionReason.Retiring or RevisionReason.Reserve);
}
