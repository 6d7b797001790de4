using Google.Api;
using Google.Cloud.Run.V2;
using Google.Protobuf.WellKnownTypes;
using Service = Google.Cloud.Run.V2.Service;

namespace CdAutomation.LocalCloud.Run;

/// <summary>The values that Cloud Run writes into a service where the caller wrote none, so that a reader sees what is in force.</summary>
internal static class TemplateDefaults
{
    /// <summary>Fills a service that passed <see cref="ServiceRules"/>.</summary>
    public static void Fill(Service service, string project)
    {
        if (service.Ingress == IngressTraffic.Unspecified) service.Ingress = IngressTraffic.All;
        if (service.LaunchStage == LaunchStage.Unspecified) service.LaunchStage = LaunchStage.Ga;
        if (service.Traffic.Count == 0) service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Latest, Percent = 100 });

        var template = service.Template;
        template.Timeout ??= new Duration { Seconds = 300 };
        template.Scaling ??= new RevisionScaling();
        if (template.Scaling.MaxInstanceCount == 0) template.Scaling.MaxInstanceCount = 100;
        if (template.ServiceAccount.Length == 0) template.ServiceAccount = ServiceAccount(project);
        foreach (var container in template.Containers) FillResources(container);
        FillIngress(Ingress(template));
        if (template.MaxInstanceRequestConcurrency == 0)
            template.MaxInstanceRequestConcurrency = LessThanOneCpu(Ingress(template).Resources.Limits["cpu"]) ? 1 : 80;
    }

    /// <summary>Fills a worker pool that passed <see cref="WorkerPoolRules"/>.</summary>
    public static void Fill(WorkerPool pool, string project)
    {
        if (pool.LaunchStage == LaunchStage.Unspecified) pool.LaunchStage = LaunchStage.Ga;
        if (pool.InstanceSplits.Count == 0)
            pool.InstanceSplits.Add(new InstanceSplit { Type = InstanceSplitAllocationType.Latest, Percent = 100 });
        pool.Scaling ??= new WorkerPoolScaling();
        if (!pool.Scaling.HasManualInstanceCount) pool.Scaling.ManualInstanceCount = 1;
        if (pool.Template.ServiceAccount.Length == 0) pool.Template.ServiceAccount = ServiceAccount(project);
        foreach (var container in pool.Template.Containers) FillResources(container);
    }

    /// <summary>The account that things run as where no other is named.</summary>
    public static string ServiceAccount(string project) => $"{ProjectNumber(project)}-compute@developer.gserviceaccount.com";

    /// <summary>The container that gets the requests: the one with a port, or the only one.</summary>
    public static Container Ingress(RevisionTemplate template) => Ingress(template.Containers);

    /// <inheritdoc cref="Ingress(RevisionTemplate)"/>
    public static Container Ingress(IReadOnlyList<Container> containers) =>
        containers.FirstOrDefault(it => it.Ports.Count > 0) ?? containers[0];

    /// <summary>Cpu and memory.</summary>
    public static void FillResources(Container container)
    {
        // k8s.min.proto, cpu_idle: true by default, but when resources are given the caller must say it.
        container.Resources ??= new ResourceRequirements { CpuIdle = true };
        if (!container.Resources.Limits.ContainsKey("cpu")) container.Resources.Limits["cpu"] = "1000m";
        if (!container.Resources.Limits.ContainsKey("memory")) container.Resources.Limits["memory"] = "512Mi";
    }

    private static void FillIngress(Container container)
    {
        if (container.Ports.Count == 0) container.Ports.Add(new ContainerPort());
        var port = container.Ports[0];
        if (port.Name.Length == 0) port.Name = "http1";
        if (port.ContainerPort_ == 0) port.ContainerPort_ = 8080;

        container.StartupProbe ??= new Probe
        {
            TimeoutSeconds = 240,
            PeriodSeconds = 240,
            FailureThreshold = 1,
            TcpSocket = new TCPSocketAction(),
        };
        if (container.StartupProbe.TcpSocket is { Port: 0 } tcp) tcp.Port = port.ContainerPort_;
        if (container.StartupProbe.HttpGet is { Port: 0 } http) http.Port = port.ContainerPort_;
        if (container.StartupProbe.Grpc is { Port: 0 } grpc) grpc.Port = port.ContainerPort_;
    }

    private static bool LessThanOneCpu(string cpu) =>
        cpu.EndsWith('m')
            ? int.TryParse(cpu.AsSpan(0, cpu.Length - 1), out var thousandths) && thousandths < 1000
            : double.TryParse(cpu, out var whole) && whole < 1;

    // Any stable twelve digits will do: nobody but the reader of a service account's name sees them.
    private static long ProjectNumber(string project) =>
        project.All(char.IsAsciiDigit) && long.TryParse(project, out var number)
            ? number
            : 100_000_000_000 + project.Aggregate(17L, (sum, letter) => (sum * 31 + letter) % 900_000_000_000);
}
