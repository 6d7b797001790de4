namespace CdAutomation.Domain.Policies;

/// <summary>
/// What of the language this version understands but does not carry out. A stage that asks for it takes nothing: half of what somebody
/// wanted for safety is not to be done.
/// </summary>
public static class NotCarriedOut
{
    /// <summary>Why a stage takes nothing, naming every such part; null where all is carried out.</summary>
    public static Reason? Of(StagePolicy stage) => stage.Notify.OfType<Notification.Slack>().Any()
        ? new("policy.later", $"{stage.Name} takes nothing: this version understands 'notify.slack', but does not carry it out yet")
        : null;
}
