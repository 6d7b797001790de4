using System.Text.Json.Serialization;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.DeadLetters;
using CdAutomation.Cli.Doctor;
using CdAutomation.Cli.Init;
using CdAutomation.Cli.Up;
using CdAutomation.Domain;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli;

/// <summary>What the command line reads and writes of its own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Addresses))]
[JsonSerializable(typeof(UpPorts))]
[JsonSerializable(typeof(PolicyProblem))]
[JsonSerializable(typeof(PolicyPublished))]
[JsonSerializable(typeof(Reason))]
[JsonSerializable(typeof(PipelineWords))]
[JsonSerializable(typeof(TestLine))]
[JsonSerializable(typeof(DeadLetterReport))]
[JsonSerializable(typeof(DeadLetterOutcome))]
[JsonSerializable(typeof(WatchdogLine))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(InitReport))]
internal sealed partial class CliJson : JsonSerializerContext;
