namespace CdAutomation.Cli.Commands;

/// <summary>What a command's end means to the script that called it.</summary>
internal static class Exit
{
    /// <summary>Done as asked.</summary>
    public const int Ok = 0;

    /// <summary>Understood, and the answer is no: refused, failed, not found.</summary>
    public const int Failed = 1;

    /// <summary>Not understood, or it could not be tried: wrong words, no such file, nobody answers.</summary>
    public const int Unusable = 2;

    /// <summary>Nothing is known to be wrong, and something could not be looked at.</summary>
    public const int Unknown = 3;

    /// <summary>Understood and taken in, but not done yet: held or under way.</summary>
    public const int Pending = 8;
}
