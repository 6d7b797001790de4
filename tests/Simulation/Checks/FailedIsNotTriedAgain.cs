using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class FailedIsNotTriedAgain : Checker
{
    private readonly List<(string Pipeline, string Stage, Digest[] Digests)> _failed = [];

    public override string Invariant => "a release that did not come up at a stage is not tried there again, unless a person asks for it";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Kept kept)
            return;

        // That it could not be gone back from says nothing of the release itself: somebody had changed a target by hand, say.
        foreach (var failed in Beginning.Of(kept, record => record.Outcome == Outcome.Failed && record.Reason.Code != "rollback.failed"))
            _failed.Add((failed.Pipeline, failed.Stage, [.. failed.Digests]));
        foreach (var begun in Beginning.Of(kept).Where(begun => begun.First.Actor is null))
        {
            if (_failed.Any(failed => failed.Pipeline == begun.Pipeline && failed.Stage == begun.Stage && begun.HasAll(failed.Digests)))
                Violated($"{begun.Label} is begun again at {begun.Pipeline}/{begun.Stage}, where it failed before");
        }
    }
}
