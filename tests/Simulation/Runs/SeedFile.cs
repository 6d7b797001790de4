using System.Globalization;

namespace CdAutomation.Simulation.Runs;

/// <summary>Seeds that have failed once, one a line; what follows a seed, or a <c>#</c>, is for people.</summary>
internal static class SeedFile
{
    public static IReadOnlyList<ulong> Read() => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "seeds.txt"))
        .Select(line => line.Split([' ', '\t'], 2)[0])
        .Where(word => word.Length > 0 && word[0] != '#')
        .Select(word => ulong.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture))];
}
