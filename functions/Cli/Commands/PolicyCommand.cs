using System.CommandLine;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl policy</c></summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Publish policies as an OCI artifact, and see which are in force.")
    {
        PolicyPublishCommand.Create(),
        PolicyStatusCommand.Create(),
    };
}
