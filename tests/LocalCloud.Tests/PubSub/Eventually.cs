using System.Diagnostics;

namespace CdAutomation.LocalCloud.Tests.PubSub;

/// <summary>Looks again and again until it is as expected, and fails with what it last saw.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static Task<T> SeesAsync<T>(Func<T> look, Func<T, bool> expected) => SeesAsync(() => Task.FromResult(look()), expected);

    public static async Task<T> SeesAsync<T>(Func<Task<T>> look, Func<T, bool> expected)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var seen = await look();
            if (expected(seen))
                return seen;
            if (watch.Elapsed > Patience)
                throw new AssertionException($"not seen within {Patience.TotalSeconds} s; last: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
