using System.Text.RegularExpressions;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What Cloud Run refuses in a service before anything is written; every refusal is INVALID_ARGUMENT.</summary>
internal static partial class ServiceRules
{
    private const int LongestServiceId = 49;

    private static readonly string[] ReservedEnvironment = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

    /// <summary>
    /// service.proto: begins with a letter, does not end with a hyphen, fewer than 50 characters. Here also no "---", which would make
    /// the address of one service that of a tag of another.
    /// </summary>
    public static void CheckServiceId(string id)
    {
        if (id.Length > LongestServiceId || !Name().IsMatch(id))
            throw Refusal.InvalidArgument(
                $"service_id: '{Refusal.Shown(id)}' must begin with a letter, hold only lower-case letters, digits and hyphens, "
                + "not end with a hyphen, and be shorter than 50 characters.");
        if (id.Contains("---", StringComparison.Ordinal))
            throw Refusal.InvalidArgument($"service_id: '{id}' holds '---', which the local Cloud Run keeps for traffic tags.");
    }

    /// <summary>Checks all but the traffic, which <see cref="TrafficRules"/> does.</summary>
    public static void Check(Service service, string id)
    {
        if (service.Description.Length > 512) throw Refusal.InvalidArgument("description: must be at most 512 characters.");
        TemplateRules.CheckKeys("labels", service.Labels.Keys);
        TemplateRules.CheckKeys("annotations", service.Annotations.Keys);
        if (service.Template is not { } template) throw Refusal.InvalidArgument("template: a service needs one.");
        TemplateRules.CheckKeys("template.labels", template.Labels.Keys);
        TemplateRules.CheckKeys("template.annotations", template.Annotations.Keys);
        TemplateRules.CheckRevisionName(template.Revision, "service", id);
        TemplateRules.CheckContainers(template.Containers, ReservedEnvironment);
        TemplateRules.CheckIngress(template.Containers);
        if (template.Timeout is { } timeout && timeout.Seconds is < 0 or > 3600)
            throw Refusal.InvalidArgument("template.timeout: must be between 0 and 3600 seconds.");
        if (template.MaxInstanceRequestConcurrency is < 0 or > 1000)
            throw Refusal.InvalidArgument("template.max_instance_request_concurrency: must be between 0 and 1000.");
        if (template.Scaling is { } scaling && (scaling.MinInstanceCount < 0 || scaling.MaxInstanceCount < 0
            || (scaling.MaxInstanceCount > 0 && scaling.MinInstanceCount > scaling.MaxInstanceCount)))
            throw Refusal.InvalidArgument("template.scaling: the least number of instances must not be above the greatest.");
    }

    [GeneratedRegex(@"^[a-z]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    internal static partial Regex Name();
}
