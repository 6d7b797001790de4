namespace CdAutomation.GoogleCloud.Calls;

/// <summary>HTTP answers of servers that may send anything, without end.</summary>
internal static class BoundedBody
{
    /// <summary>The body, or null where it has more bytes than that.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int bytesMax, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var kept = new MemoryStream();
        var buffer = new byte[32 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (kept.Length + read > bytesMax)
                return null;
            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    /// <summary>How long the server asks us to stay away (Retry-After), if it does; never less than nothing.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } when date - clock.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}
