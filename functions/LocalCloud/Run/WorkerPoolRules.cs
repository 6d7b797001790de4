using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What Cloud Run refuses in a worker pool before anything is written; every refusal is INVALID_ARGUMENT.</summary>
internal static class WorkerPoolRules
{
    private const int LongestId = 49;

    private static readonly string[] ReservedEnvironment = ["CLOUD_RUN_WORKER_POOL", "CLOUD_RUN_WORKER_POOL_REVISION"];

    /// <summary>worker_pool.proto: begins with a letter, does not end with a hyphen, fewer than 50 characters.</summary>
    public static void CheckId(string id)
    {
        if (id.Length > LongestId || !ServiceRules.Name().IsMatch(id))
            throw Refusal.InvalidArgument(
                $"worker_pool_id: '{Refusal.Shown(id)}' must begin with a letter, hold only lower-case letters, digits and hyphens, "
                + "not end with a hyphen, and be shorter than 50 characters.");
    }

    public static void Check(WorkerPool pool, string id)
    {
        if (pool.Description.Length > 512) throw Refusal.InvalidArgument("description: must be at most 512 characters.");
        TemplateRules.CheckKeys("labels", pool.Labels.Keys);
        TemplateRules.CheckKeys("annotations", pool.Annotations.Keys);
        if (pool.Template is not { } template) throw Refusal.InvalidArgument("template: a worker pool needs one.");
        TemplateRules.CheckKeys("template.labels", template.Labels.Keys);
        TemplateRules.CheckKeys("template.annotations", template.Annotations.Keys);
        TemplateRules.CheckRevisionName(template.Revision, "worker pool", id);
        TemplateRules.CheckContainers(template.Containers, ReservedEnvironment);
        if (pool.Scaling is { HasManualInstanceCount: true, ManualInstanceCount: < 0 })
            throw Refusal.InvalidArgument("scaling.manual_instance_count: must not be negative.");
        CheckSplits(pool.InstanceSplits);
    }

    /// <summary>An empty list is right: all instances are of the latest ready revision. Whether a revision exists is seen later.</summary>
    private static void CheckSplits(Google.Protobuf.Collections.RepeatedField<InstanceSplit> splits)
    {
        foreach (var split in splits)
        {
            if (split.Percent is < 0 or > 100)
                throw Refusal.InvalidArgument($"instance_splits[].percent: {split.Percent} is not between 0 and 100.");
            switch (split.Type)
            {
                case InstanceSplitAllocationType.Latest when split.Revision.Length > 0:
                    throw Refusal.InvalidArgument("instance_splits[].revision: must be empty where the type is LATEST.");
                case InstanceSplitAllocationType.Revision when split.Revision.Length == 0:
                    throw Refusal.InvalidArgument("instance_splits[].revision: is required where the type is REVISION.");
                case InstanceSplitAllocationType.Latest or InstanceSplitAllocationType.Revision:
                    break;
                default:
                    throw Refusal.InvalidArgument("instance_splits[].type: must be LATEST or REVISION.");
            }
        }

        var total = splits.Sum(it => (long)it.Percent);
        if (splits.Count > 0 && total != 100)
            throw Refusal.InvalidArgument($"instance_splits[].percent: the percents add up to {total}, not to 100.");
    }
}
