using System.Text.RegularExpressions;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What Cloud Run refuses in a service before anything is written; every refusal is INVALID_ARGUMENT.</summary>
internal static partial class ServiceRules
{
    private const int LongestServiceId = 49;

    private static readonly string[] SystemNamespaces =
        ["run.googleapis.com", "cloud.googleapis.com", "serving.knative.dev", "autoscaling.knative.dev"];

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
        CheckKeys("labels", service.Labels.Keys);
        CheckKeys("annotations", service.Annotations.Keys);
        if (service.Template is not { } template) throw Refusal.InvalidArgument("template: a service needs one.");
        CheckKeys("template.labels", template.Labels.Keys);
        CheckKeys("template.annotations", template.Annotations.Keys);
        CheckRevisionName(template.Revision, id);
        CheckContainers(template);
        if (template.Timeout is { } timeout && timeout.Seconds is < 0 or > 3600)
            throw Refusal.InvalidArgument("template.timeout: must be between 0 and 3600 seconds.");
        if (template.MaxInstanceRequestConcurrency is < 0 or > 1000)
            throw Refusal.InvalidArgument("template.max_instance_request_concurrency: must be between 0 and 1000.");
        if (template.Scaling is { } scaling && (scaling.MinInstanceCount < 0 || scaling.MaxInstanceCount < 0
            || (scaling.MaxInstanceCount > 0 && scaling.MinInstanceCount > scaling.MaxInstanceCount)))
            throw Refusal.InvalidArgument("template.scaling: the least number of instances must not be above the greatest.");
    }

    private static void CheckRevisionName(string name, string service)
    {
        if (name.Length == 0) return;
        if (!name.StartsWith(service + "-", StringComparison.Ordinal))
            throw Refusal.InvalidArgument(
                $"template.revision: revision name '{Refusal.Shown(name)}' must be prefixed by the service name and a trailing '-', "
                + $"'{service}-'.");
        if (name.Length > 63 || !Name().IsMatch(name))
            throw Refusal.InvalidArgument(
                $"template.revision: revision name '{Refusal.Shown(name)}' must hold only lower-case letters, digits and hyphens, "
                + "not end with a hyphen, and be at most 63 characters.");
    }

    private static void CheckContainers(RevisionTemplate template)
    {
        if (template.Containers.Count == 0) throw Refusal.InvalidArgument("template.containers: at least one is needed.");
        if (template.Containers.Count > 10) throw Refusal.InvalidArgument("template.containers: at most 10.");
        var withPorts = template.Containers.Count(it => it.Ports.Count > 0);
        if (withPorts > 1 || (withPorts == 0 && template.Containers.Count > 1))
            throw Refusal.InvalidArgument("template.containers: exactly one container must have a port, the one that gets the requests.");
        for (var index = 0; index < template.Containers.Count; index++)
            CheckContainer(template.Containers[index], $"template.containers[{index}]");
    }

    private static void CheckContainer(Container container, string at)
    {
        if (container.Image.Length == 0) throw Refusal.InvalidArgument($"{at}.image: is required.");
        if (ImageReference.TryParse(container.Image) is null)
            throw Refusal.InvalidArgument($"{at}.image: '{Refusal.Shown(container.Image)}' is not an image reference.");
        if (container.Ports.Count > 1) throw Refusal.InvalidArgument($"{at}.ports: at most one.");
        foreach (var port in container.Ports)
        {
            if (port.Name is not ("" or "http1" or "h2c")) throw Refusal.InvalidArgument($"{at}.ports[0].name: must be 'http1' or 'h2c'.");
            if (port.ContainerPort_ is < 0 or > 65535) throw Refusal.InvalidArgument($"{at}.ports[0].container_port: must be 1 to 65535.");
        }

        foreach (var variable in container.Env)
            if (variable.Name.Length == 0 || variable.Name.Contains('=', StringComparison.Ordinal) || variable.Name.Any(char.IsControl)
                || variable.Value.Contains('\0', StringComparison.Ordinal))
                throw Refusal.InvalidArgument($"{at}.env: '{Refusal.Shown(variable.Name)}' is not the name of an environment variable.");
        var reserved = container.Env.Select(it => it.Name).Intersect(ReservedEnvironment).ToList();
        if (reserved.Count > 0)
            throw Refusal.InvalidArgument(
                $"{at}.env: The following reserved env names were provided: {string.Join(", ", reserved)}. "
                + "These values are automatically set by the system.");
        if (container.Env.GroupBy(it => it.Name).FirstOrDefault(it => it.Count() > 1) is { } twice)
            throw Refusal.InvalidArgument($"{at}.env: '{Refusal.Shown(twice.Key)}' is given more than once.");
    }

    private static void CheckKeys(string field, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var space = slash < 0 ? "" : key[..slash];
            if (SystemNamespaces.Any(it => space == it || space.EndsWith("." + it, StringComparison.Ordinal)))
                throw Refusal.InvalidArgument(
                    $"{field}: '{Refusal.Shown(key)}' is in the system namespace '{Refusal.Shown(space)}', "
                    + "which the v2 API does not accept.");
        }
    }

    [GeneratedRegex(@"^[a-z]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    internal static partial Regex Name();
}
