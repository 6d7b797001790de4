using System.Globalization;

namespace CdAutomation.Simulation.Runs;

/// <summary>
/// Seeds that have failed once, one a line; what follows a seed, or a <c>#</c>, is for people. <c>plain:</c> before a seed runs it as it was
/// before anything was added to scenarios, so that it goes on meaning what it meant.
/// </summary>
internal static class SeedFile
{
    private const string Plain = "plain:";

    public static IReadOnlyList<(ulong Seed, bool IsPlain)> Read() => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "seeds.txt"))
        .Select(line => line.Split([' ', '\t'], 2)[0])
        .Where(word => word.Length > 0 && word[0] != '#')
        .Select(word => word.StartsWith(Plain, StringComparison.Ordinal) ? (SeedOf(word[Plain.Length..]), true) : (SeedOf(word), false))];

    private static ulong SeedOf(string word) => ulong.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
