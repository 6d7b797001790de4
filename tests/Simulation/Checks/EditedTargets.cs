using CdAutomation.Domain.Policies;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

/// <summary>What people have changed by hand: of that nobody can demand that it serves what we chose.</summary>
internal sealed class EditedTargets
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public void See(Fact fact)
    {
        if (fact is Fact.Edited { Write: var write })
            _names.Add(write.Service.Name);
        if (fact is Fact.JobEdited { Write: var job })
            _names.Add(job.Job.Name);
    }

    /// <summary>Whether one of the stage's targets is among them.</summary>
    public bool AreIn(StagePolicy stage) => stage.Targets.Any(target => _names.Contains(target.ResourceName));
}
