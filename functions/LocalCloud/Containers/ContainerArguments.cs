using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>The engine's command line for one revision or one attempt of a task.</summary>
internal static class ContainerArguments
{
    /// <summary>
    /// Cloud Run's container contract: PORT, K_SERVICE, K_REVISION and K_CONFIGURATION beside the template's variables. Values go as
    /// arguments of their own, never through a shell.
    /// </summary>
    public static List<string> Run(ContainerEngine engine, string name, string owner, string image, Revision revision, int port)
    {
        var service = RevisionPath.ShortName(revision.Service);
        IEnumerable<(string, string)> own = WorkerPoolPath.Collects(revision.Name)
            ? [("CLOUD_RUN_WORKER_POOL", service), ("CLOUD_RUN_WORKER_POOL_REVISION", RevisionPath.ShortName(revision.Name))]
            :
            [
                ("PORT", $"{port}"), ("K_SERVICE", service), ("K_CONFIGURATION", service),
                ("K_REVISION", RevisionPath.ShortName(revision.Name)),
            ];
        return Run(engine, name, owner, image, TemplateDefaults.Ingress(revision.Containers), own, port);
    }

    /// <param name="own">The variables that the server sets.</param>
    /// <param name="port">Where it is to listen; null for what does not.</param>
    public static List<string> Run(
        ContainerEngine engine, string name, string owner, string image, Container container, IEnumerable<(string, string)> own, int? port)
    {
        List<string> arguments =
        [
            "run", "--rm", "--name", name, "--label", $"{ContainerInstances.Label}={owner}", .. engine.RunOptions,
            // With podman "rm -f" waits this long for the program to end; docker kills it at once.
            "--stop-timeout", "2",
            .. Network(port),
        ];
        foreach (var variable in container.Env) arguments.AddRange(["--env", $"{variable.Name}={variable.Value}"]);
        foreach (var (variable, value) in own) arguments.AddRange(["--env", $"{variable}={value}"]);
        if (container.WorkingDir.Length > 0) arguments.AddRange(["--workdir", container.WorkingDir]);
        // command replaces ENTRYPOINT and with it CMD, args replaces CMD: as in Kubernetes, whose words these are.
        if (container.Command.Count > 0) arguments.AddRange(["--entrypoint", container.Command[0]]);
        arguments.Add(image);
        arguments.AddRange(container.Command.Skip(1));
        arguments.AddRange(container.Args);
        return arguments;
    }

    // Elsewhere than on Linux containers live in a virtual machine, whose loopback is not ours.
    private static string[] Network(int? port) =>
        OperatingSystem.IsLinux() ? ["--network=host"] : port is null ? [] : ["--publish", $"127.0.0.1:{port}:{port}"];
}
