namespace CdAutomation.Triggers.Logs;

/// <summary>Every line that this room logs; none has anything of a message but its key and our own sentence about it.</summary>
internal static partial class LogLines
{
    [LoggerMessage(1, LogLevel.Information, "Event {EventKey}: {Outcome}.")]
    private static partial void Event(ILogger log, string eventKey, string outcome);

    [LoggerMessage(2, LogLevel.Warning, "Event {EventKey}: {Outcome}, {Code}: {Sentence}.")]
    private static partial void Refused(ILogger log, string eventKey, string outcome, string code, string sentence);

    /// <summary>It is in the journal and every pipeline concerned has kept its decision.</summary>
    public static void EventTaken(this ILogger log, string eventKey) => Event(log, eventKey, "taken");

    /// <summary>It is in the journal and means nothing.</summary>
    public static void EventRefused(this ILogger log, string eventKey, string code, string sentence) =>
        Refused(log, eventKey, "refused", code, sentence);

    [LoggerMessage(3, LogLevel.Information, "Ticked.")]
    public static partial void TickDone(this ILogger log);

    [LoggerMessage(4, LogLevel.Error, "The journal cannot be reached; the sender is told to try again.")]
    public static partial void JournalUnavailable(this ILogger log, Exception fault);

    [LoggerMessage(6, LogLevel.Warning, "{Count} failures of deliveries could not be kept and are remembered.")]
    public static partial void FailuresNotKept(this ILogger log, int count, Exception fault);

    [LoggerMessage(5, LogLevel.Information, "{Method} {Route}: {Status} for {Actor}.")]
    public static partial void Requested(this ILogger log, string method, string route, int status, string actor);
}
