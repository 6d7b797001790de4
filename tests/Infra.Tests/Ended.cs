using System.Text.Json.Nodes;

namespace CdAutomation.Infra.Tests;

/// <summary>How a command ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of a command with <c>-json</c>.</summary>
    public IEnumerable<JsonNode> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(it => JsonNode.Parse(it)!);

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Error}";
}
