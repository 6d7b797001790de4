using CdAutomation.Domain.Rollouts;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>What follows from a target as it was read.</summary>
internal abstract record Move
{
    private Move() { }

    /// <summary>The order ends here.</summary>
    public sealed record End(StepResult Result) : Move;

    /// <summary>This is to be written.</summary>
    /// <param name="Next">The whole of it.</param>
    /// <param name="Step">Which write of the order it is: each follows from what the one before has come to.</param>
    public sealed record Write(RunResource Next, int Step) : Move;

    /// <summary>It is getting there.</summary>
    /// <param name="What">What it is seen to be doing.</param>
    public sealed record Wait(string What) : Move;
}
