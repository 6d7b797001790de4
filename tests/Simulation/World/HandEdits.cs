using CdAutomation.Simulation.Scenarios;
using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.World;

/// <summary>What people change by hand on what takes images.</summary>
internal static class HandEdits
{
    public static void Make(CloudRun run, HandEdit edit)
    {
        if (run.Jobs!.Has(edit.Service))
            run.Jobs.Edit(edit.Service, container => Change(container, edit.Kind));
        else
            run.Edit(edit.Service, service => Change(service, edit.Kind));
    }

    private static void Change(Container container, HandEditKind kind)
    {
        if (kind == HandEditKind.Image)
        {
            container.Image = "us-docker.pkg.dev/cloudrun/container/hello@sha256:" + new string('e', 64);
            return;
        }

        var setting = container.Env.FirstOrDefault(each => each.Name == "SETTING");
        if (setting is null)
            container.Env.Add(setting = new EnvVar { Name = "SETTING", Value = "" });
        setting.Value += "x";
    }

    private static void Change(Service service, HandEditKind kind)
    {
        var ready = RunService.ShortName(service.LatestReadyRevision);
        switch (kind)
        {
            case HandEditKind.Setting or HandEditKind.Image:
                Change(service.Template.Containers[0], kind);
                break;
            case HandEditKind.TrafficTag when service.Traffic.All(entry => entry.Tag.Length == 0) && ready.Length > 0:
                if (service.Traffic.Count == 0)
                    service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Latest, Percent = 100 });
                service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Revision, Revision = ready, Tag = "keep" });
                break;
            case HandEditKind.PinnedTraffic when ready.Length > 0:
                TrafficTarget[] tagged = [.. service.Traffic.Where(entry => entry.Tag.Length > 0 && entry.Percent == 0)];
                service.Traffic.Clear();
                service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Revision, Revision = ready, Percent = 100 });
                service.Traffic.AddRange(tagged);
                break;
        }
    }
}
