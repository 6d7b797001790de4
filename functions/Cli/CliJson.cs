using System.Text.Json.Serialization;
using CdAutomation.Cli.Up;

namespace CdAutomation.Cli;

/// <summary>What the command line reads and writes of its own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Addresses))]
[JsonSerializable(typeof(UpPorts))]
internal sealed partial class CliJson : JsonSerializerContext;
