namespace CdAutomation.Cli.DeadLetters;

/// <summary>A question to whoever sits at the terminal, before something that cannot be undone.</summary>
internal static class Confirmation
{
    /// <summary>Whether there is somebody to ask, and asking was not declined beforehand.</summary>
    public static bool Asks(bool declined) => !declined && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Asks. Only a yes is one.</summary>
    public static bool Given(string question)
    {
        Console.Error.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes" or "Yes";
    }
}
