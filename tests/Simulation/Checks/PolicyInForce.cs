using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

internal sealed class PolicyInForce : Checker
{
    private readonly List<(DateTimeOffset Since, string Commit)> _commits = [];

    public override string Invariant => "a decision is made under policies that were in force when its work began, or later";

    public override void See(Fact fact)
    {
        switch (fact)
        {
            case Fact.Activated activated:
                _commits.Add((activated.At, activated.Commit));
                break;
            case Fact.Kept kept:
                var inForce = _commits.Where((each, at) => at + 1 == _commits.Count || _commits[at + 1].Since >= kept.Since);
                if (inForce.All(each => each.Commit != kept.State.Commit))
                    Violated($"{kept.Pipeline} was decided under {kept.State.Commit[..7]}, which has not been in force since {kept.Since:HH:mm:ss.fff}");
                break;
        }
    }
}
