using System.Reflection;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>Who we are in logs, traces and metrics, so that all three can be found by the same words.</summary>
/// <param name="Service">Name of the service: that of OpenTelemetry's variables, Datadog's, or Cloud Run's own.</param>
/// <param name="Environment">Name of the environment, e.g. <c>prod</c>; null where nothing says so.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Project">Id of the Google Cloud project; null where nothing says so.</param>
internal sealed record ServiceIdentity(string Service, string? Environment, string Version, string? Project)
{
    /// <summary>As the environment variables say; the README of the room names them.</summary>
    public static ServiceIdentity Of(IConfiguration configuration)
    {
        var attributes = Attributes(configuration["OTEL_RESOURCE_ATTRIBUTES"]);
        return new(
            Said("OTEL_SERVICE_NAME") ?? attributes.GetValueOrDefault("service.name") ?? Said("DD_SERVICE") ?? Said("K_SERVICE") ?? "cdautomation",
            attributes.GetValueOrDefault("deployment.environment.name") ?? attributes.GetValueOrDefault("deployment.environment") ?? Said("DD_ENV"),
            attributes.GetValueOrDefault("service.version") ?? Said("DD_VERSION") ?? Built,
            Said("GOOGLE_CLOUD_PROJECT") ?? Said("CDAUTOMATION_FIRESTORE_PROJECT") ?? ProjectIn(Said("CDAUTOMATION_DEPLOYMENTS_TOPIC")));

        string? Said(string key) => configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
    }

    private static string Built =>
        typeof(ServiceIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    // key=value,key=value, percent-encoded (OpenTelemetry, "Resource SDK").
    private static Dictionary<string, string> Attributes(string? text)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2) is [var key, { Length: > 0 } value])
                attributes[key.Trim()] = Uri.UnescapeDataString(value.Trim());
        }

        return attributes;
    }

    private static string? ProjectIn(string? topic) => topic?.Split('/') is ["projects", { Length: > 0 } project, ..] ? project : null;
}
