namespace CdAutomation.GoogleCloud.Identity;

/// <summary>Keeps a token until five minutes before its end; however many ask at once, one fetches and all get what it got.</summary>
internal sealed class AccessTokenCache(Func<CancellationToken, Task<AccessTokenCache.Token>> fetch, TimeProvider clock)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private Token? _kept;
    private Task<Token>? _underway;

    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        Task<Token> underway;
        lock (_lock)
        {
            if (_kept is { } kept && clock.GetUtcNow() < kept.Until - Margin)
                return kept.Value;
            underway = _underway ??= FetchAsync();
        }

        // The fetch belongs to all who wait for it: one of them leaving must not end it.
        return (await underway.WaitAsync(cancellation)).Value;
    }

    private async Task<Token> FetchAsync()
    {
        // Leaves the lock first, so that the end of this method always comes after its beginning was noted.
        await Task.Yield();
        try
        {
            var token = await fetch(CancellationToken.None);
            lock (_lock)
                _kept = token;
            return token;
        }
        finally
        {
            lock (_lock)
                _underway = null;
        }
    }

    /// <summary>A token and when it ends. Never printed.</summary>
    internal sealed class Token(string value, DateTimeOffset until)
    {
        public string Value { get; } = value;

        public DateTimeOffset Until { get; } = until;
    }
}
