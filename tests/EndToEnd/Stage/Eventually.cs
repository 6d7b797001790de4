using System.Diagnostics;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Looks again and again until it is as expected, and fails with what it last saw.</summary>
internal static class Eventually
{
    /// <summary>Generous, for a machine that has much else to do; what took longer than it should is printed, not asserted.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="what">What is waited for, for the failure.</param>
    /// <param name="look">Looks.</param>
    /// <param name="expected">Whether that is it.</param>
    public static async Task<T> SeesAsync<T>(string what, Func<Task<T>> look, Func<T, bool> expected)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var seen = await look();
            if (expected(seen))
                return seen;
            if (watch.Elapsed > Patience)
                throw new AssertionException($"{what}: not seen within {Patience.TotalSeconds:0} s; last seen: {seen}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    public static Task<T> SeesAsync<T>(string what, Func<T> look, Func<T, bool> expected) =>
        SeesAsync(what, () => Task.FromResult(look()), expected);
}
