using System.Globalization;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Names for revisions that the caller did not name: <c>SERVICE-00002-ruh</c>, a counter and three letters.</summary>
internal static class RevisionNames
{
    /// <param name="number">1 for a service's first revision; more than 99,999 only makes the name longer.</param>
    /// <param name="letter">Gives a number from 0 up to but not including its argument.</param>
    public static string Make(string service, int number, Func<int, int> letter) =>
        string.Create(CultureInfo.InvariantCulture, $"{service}-{number:D5}-{Letter(letter)}{Letter(letter)}{Letter(letter)}");

    private static char Letter(Func<int, int> letter) => (char)('a' + letter(26));
}
