using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;
using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.Checks;

internal sealed class OnlyWhatIsOurs : Checker
{
    public override string Invariant => "what a person set on a service stays as it is: settings and traffic tags";

    public override void See(Fact fact)
    {
        if (fact is Fact.JobWritten { Write: { Before.Template.Template.Containers: [var before, ..], After.Template.Template.Containers: [var after, ..] } job })
            Compare(job.Job.Name, Setting(before), Setting(after));
        if (fact is not Fact.Written { Write: var write })
            return;

        var name = RunService.ShortName(write.Service.Name);
        Compare(write.Service.Name, Setting(write.Before.Template.Containers[0]), Setting(write.After.Template.Containers[0]));
        foreach (var tag in Tags(write.Before).Except(Tags(write.After)))
            Violated($"traffic tag {tag} of {name} is gone");
    }

    private void Compare(string target, string? before, string? after)
    {
        if (before != after)
            Violated($"SETTING of {RunService.ShortName(target)} was {before} and became {after}");
    }

    private static string? Setting(Container container) => container.Env.FirstOrDefault(each => each.Name == "SETTING")?.Value;

    private static IEnumerable<string> Tags(Service service) => service.Traffic
        .Where(entry => entry.Tag.Length > 0 && !entry.Tag.StartsWith("cd-", StringComparison.Ordinal))
        .Select(entry => entry.Tag);
}
