using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What Cloud Run refuses in a template of any kind; every refusal is INVALID_ARGUMENT.</summary>
internal static class TemplateRules
{
    private static readonly string[] SystemNamespaces =
        ["run.googleapis.com", "cloud.googleapis.com", "serving.knative.dev", "autoscaling.knative.dev"];

    /// <param name="kind">What the name is to be prefixed by, in words: service, worker pool.</param>
    /// <param name="owner">The short name of that.</param>
    public static void CheckRevisionName(string name, string kind, string owner)
    {
        if (name.Length == 0) return;
        if (!name.StartsWith(owner + "-", StringComparison.Ordinal))
            throw Refusal.InvalidArgument(
                $"template.revision: revision name '{Refusal.Shown(name)}' must be prefixed by the {kind} name and a trailing '-', "
                + $"'{owner}-'.");
        if (name.Length > 63 || !ServiceRules.Name().IsMatch(name))
            throw Refusal.InvalidArgument(
                $"template.revision: revision name '{Refusal.Shown(name)}' must hold only lower-case letters, digits and hyphens, "
                + "not end with a hyphen, and be at most 63 characters.");
    }

    /// <param name="reserved">The names of variables that the server sets.</param>
    /// <param name="at">Where they are, in the words of a refusal.</param>
    public static void CheckContainers(IReadOnlyList<Container> containers, string[] reserved, string at = "template.containers")
    {
        if (containers.Count == 0) throw Refusal.InvalidArgument($"{at}: at least one is needed.");
        if (containers.Count > 10) throw Refusal.InvalidArgument($"{at}: at most 10.");
        for (var index = 0; index < containers.Count; index++)
        {
            CheckContainer(containers[index], $"{at}[{index}]");
            CheckEnvironment(containers[index].Env, reserved, $"{at}[{index}].env");
        }
    }

    /// <summary>The rules for what gets requests.</summary>
    public static void CheckIngress(IReadOnlyList<Container> containers)
    {
        var withPorts = containers.Count(it => it.Ports.Count > 0);
        if (withPorts > 1 || (withPorts == 0 && containers.Count > 1))
            throw Refusal.InvalidArgument("template.containers: exactly one container must have a port, the one that gets the requests.");
    }

    public static void CheckEnvironment(IReadOnlyList<EnvVar> variables, string[] reserved, string at)
    {
        foreach (var variable in variables)
            if (variable.Name.Length == 0 || variable.Name.Contains('=', StringComparison.Ordinal) || variable.Name.Any(char.IsControl)
                || variable.Value.Contains('\0', StringComparison.Ordinal))
                throw Refusal.InvalidArgument($"{at}: '{Refusal.Shown(variable.Name)}' is not the name of an environment variable.");
        var taken = variables.Select(it => it.Name).Intersect(reserved).ToList();
        if (taken.Count > 0)
            throw Refusal.InvalidArgument(
                $"{at}: The following reserved env names were provided: {string.Join(", ", taken)}. "
                + "These values are automatically set by the system.");
        if (variables.GroupBy(it => it.Name).FirstOrDefault(it => it.Count() > 1) is { } twice)
            throw Refusal.InvalidArgument($"{at}: '{Refusal.Shown(twice.Key)}' is given more than once.");
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
    }

    public static void CheckKeys(string field, IEnumerable<string> keys)
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
}
