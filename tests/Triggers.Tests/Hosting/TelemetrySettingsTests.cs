using CdAutomation.Triggers.Telemetry;
using Microsoft.Extensions.Configuration;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>OpenTelemetry's own variables, and those of Datadog and Cloud Run where these say nothing.</summary>
public sealed class TelemetrySettingsTests
{
    [TestCase("", false, false)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", true, true)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT= ", false, false)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_SDK_DISABLED=true", false, false)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_METRICS_EXPORTER=none", true, false)]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_TRACES_EXPORTER=none", false, true)]
    [TestCase("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf", true, false)]
    [TestCase("OTEL_SERVICE_NAME=cd", false, false)]
    public void Nothing_is_exported_without_an_endpoint_or_when_told_so(string environment, bool traces, bool metrics)
    {
        var configuration = Configuration(environment);
        Assert.That((new OtlpSettings(configuration, "TRACES").IsOn, new OtlpSettings(configuration, "METRICS").IsOn), Is.EqualTo((traces, metrics)));
        using var export = OtlpExport.Begin(configuration, ServiceIdentity.Of(configuration), TimeProvider.System);
        Assert.That((export is not null, export?.Traced ?? false), Is.EqualTo((traces || metrics, traces)));
    }

    [TestCase("", "cdautomation", null, null)]
    [TestCase("K_SERVICE=cd-on-tick", "cd-on-tick", null, null)]
    [TestCase("K_SERVICE=cd-on-tick DD_SERVICE=cd DD_ENV=prod", "cd", "prod", null)]
    [TestCase("DD_SERVICE=cd DD_ENV=prod OTEL_SERVICE_NAME=cda OTEL_RESOURCE_ATTRIBUTES=team=x,deployment.environment.name=st%2Dg", "cda", "st-g", null)]
    [TestCase("OTEL_RESOURCE_ATTRIBUTES=,=,service.name=cda,oops,empty=", "cda", null, null)]
    [TestCase("CDAUTOMATION_DEPLOYMENTS_TOPIC=projects/hub/topics/deployments", "cdautomation", null, "hub")]
    [TestCase("CDAUTOMATION_DEPLOYMENTS_TOPIC=projects/hub/topics/deployments CDAUTOMATION_FIRESTORE_PROJECT=data GOOGLE_CLOUD_PROJECT=acme", "cdautomation", null, "acme")]
    public void Who_we_are_is_said_once_for_logs_and_traces(string environment, string service, string? env, string? project)
    {
        var identity = ServiceIdentity.Of(Configuration(environment));
        Assert.That((identity.Service, identity.Environment, identity.Project), Is.EqualTo((service, env, project)));
        Assert.That(identity.Version, Is.Not.Empty);
    }

    private static IConfiguration Configuration(string environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Split(" ", StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create<string, string?>(pair[0], pair[1])))
        .Build();
}
