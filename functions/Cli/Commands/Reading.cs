using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli.Commands;

/// <summary>What the commands that read policies from disk have in common.</summary>
internal static class Reading
{
    /// <summary>What is read from disk is of no commit yet.</summary>
    public const string NoCommit = "none";

    /// <summary>The folder that is read.</summary>
    public static Argument<string> FolderArgument() => new("folder") { Description = "A folder of policies, or one file." };

    /// <summary>Reads the folder and goes on; where it cannot be read at all, says so.</summary>
    public static int Run(ParseResult arguments, Argument<string> folder, Func<PolicyReading, Screen, int> then)
    {
        var screen = Screen.For(arguments);
        try
        {
            return then(PolicyReader.Read(PolicyFolder.Read(arguments.GetRequiredValue(folder))), screen);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            screen.Error($"the policies cannot be read: {fault.Message}");
            return Exit.Unusable;
        }
    }

    /// <summary>Reads the folder and goes on with the pipelines, where it has no error and the one that was named is there.</summary>
    public static int RunValid(
        ParseResult arguments, Argument<string> folder, string? only, Func<PolicyReading, Screen, int> then) => Run(arguments, folder, (reading, screen) =>
        {
            if (!reading.Valid)
            {
                Tell(reading, json: false, screen);
                return Exit.Failed;
            }

            if (only is null || reading.Pipelines.ContainsKey(only))
                return then(reading, screen);
            screen.Error($"there is no pipeline {only}; there are {string.Join(", ", reading.Pipelines.Keys)}");
            return Exit.Unusable;
        });

    /// <summary>Every problem, one a line.</summary>
    public static void Tell(PolicyReading reading, bool json, Screen screen)
    {
        foreach (var problem in reading.Problems)
            screen.Raw(json ? JsonSerializer.Serialize(problem, CliJson.Default.PolicyProblem) : problem.ToString());
    }
}
