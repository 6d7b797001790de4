using CdAutomation.LocalCloud.Run;
using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Containers;

/// <summary>The engine's command line for one revision.</summary>
internal static class ContainerArguments
{
    /// <summary>
    /// Cloud Run's container contract: PORT, K_SERVICE, K_REVISION and K_CONFIGURATION beside the template's variables. Values go as
    /// arguments of their own, never through a shell.
    /// </summary>
    public static List<string> Run(ContainerEngine engine, string name, string owner, string image, Revision revision, int port)
    {
        var container = TemplateDefaults.Ingress(revision.Containers);
        var service = RevisionPath.ShortName(revision.Service);
        List<string> arguments =
        [
            "run", "--rm", "--name", name, "--label", $"{ContainerInstances.Label}={owner}", .. engine.RunOptions,
            // With podman "rm -f" waits this long for the program to end; docker kills it at once.
            "--stop-timeout", "2",
            .. Network(port),
        ];
        foreach (var variable in container.Env) arguments.AddRange(["--env", $"{variable.Name}={variable.Value}"]);
        arguments.AddRange(
        [
            "--env", $"PORT={port}", "--env", $"K_SERVICE={service}", "--env", $"K_CONFIGURATION={service}",
            "--env", $"K_REVISION={RevisionPath.ShortName(revision.Name)}",
        ]);
        if (container.WorkingDir.Length > 0) arguments.AddRange(["--workdir", container.WorkingDir]);
        // command replaces ENTRYPOINT and with it CMD, args replaces CMD: as in Kubernetes, whose words these are.
        if (container.Command.Count > 0) arguments.AddRange(["--entrypoint", container.Command[0]]);
        arguments.Add(image);
        arguments.AddRange(container.Command.Skip(1));
        arguments.AddRange(container.Args);
        return arguments;
    }

    // Elsewhere than on Linux containers live in a virtual machine, whose loopback is not ours.
    private static string[] Network(int port) =>
        OperatingSystem.IsLinux() ? ["--network=host"] : ["--publish", $"127.0.0.1:{port}:{port}"];
}
