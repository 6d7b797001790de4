using System.Collections.Immutable;

namespace CdAutomation.Triggers.Health;

/// <summary>Whether the process can do its work.</summary>
/// <param name="Ready">Whether nothing is down.</param>
/// <param name="Checks">Everything that was looked at.</param>
public sealed record Readiness(bool Ready, ImmutableArray<Check> Checks);

/// <summary>One thing that is needed.</summary>
/// <param name="Name"><c>journal</c> or <c>policies</c>.</param>
/// <param name="Ok">Whether it is there.</param>
/// <param name="Detail">What is wrong, and what to do; null where nothing is.</param>
public sealed record Check(string Name, bool Ok, string? Detail);
