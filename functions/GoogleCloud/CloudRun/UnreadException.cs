using CdAutomation.Domain;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>Something that a judgement needs could not be read: no answer yet, and no fault of the order. It never leaves this folder.</summary>
internal sealed class UnreadException(Reason reason) : Exception(reason.Sentence)
{
    /// <summary>What could not be read, and why.</summary>
    public Reason Reason { get; } = reason;
}
