using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;
using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.Checks;

internal sealed class OnlyWhatIsOurs : Checker
{
    public override string Invariant => "what a person set on a service stays as it is: settings and traffic tags";

    public override void See(Fact fact)
    {
        if (fact is not Fact.Written { Write: var write })
            return;

        var name = RunService.ShortName(write.Service.Name);
        if (Setting(write.Before) != Setting(write.After))
            Violated($"SETTING of {name} was {Setting(write.Before)} and became {Setting(write.After)}");
        foreach (var tag in Tags(write.Before).Except(Tags(write.After)))
            Violated($"traffic tag {tag} of {name} is gone");
    }

    private static string? Setting(Service service) => service.Template.Containers[0].Env.FirstOrDefault(each => each.Name == "SETTING")?.Value;

    private static IEnumerable<string> Tags(Service service) => service.Traffic
        .Where(entry => entry.Tag.Length > 0 && !entry.Tag.StartsWith("cd-", StringComparison.Ordinal))
        .Select(entry => entry.Tag);
}
