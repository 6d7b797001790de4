namespace CdAutomation.Cli.Up;

/// <summary>Why <c>up</c> cannot go on, in a sentence for whoever called it.</summary>
internal sealed class UpException(string message) : Exception(message);
