using System.Collections.Concurrent;
using System.Net;

namespace CdAutomation.Cli.Demo;

/// <summary>What users got from one image of a service.</summary>
/// <param name="Requests">How many it answered.</param>
/// <param name="Failed">How many of those with a 5xx.</param>
/// <param name="First">When the first answer came; null where there was none.</param>
/// <param name="Last">When the last one came.</param>
internal sealed record Answers(long Requests, long Failed, DateTimeOffset? First, DateTimeOffset? Last)
{
    /// <summary>No answers.</summary>
    public static Answers None { get; } = new(0, 0, null, null);

    /// <summary>With one more.</summary>
    public Answers With(HttpStatusCode status, DateTimeOffset at) =>
        new(Requests + 1, Failed + ((int)status >= 500 ? 1 : 0), First ?? at, at);
}

/// <summary>
/// The users of a service: they send so many requests a second whatever becomes of them, and note which image answered. When too many are under
/// way the next ones are not sent, as on a machine that has no more to give.
/// </summary>
internal sealed class Users : IAsyncDisposable
{
    private const int UnderWayAtMost = 64;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = UnderWayAtMost });
    private readonly SemaphoreSlim _room = new(UnderWayAtMost);
    private readonly ConcurrentDictionary<string, Answers> _answers = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly IReadOnlyList<DemoImage> _images;
    private readonly TimeProvider _clock;
    private readonly Task _coming;

    /// <summary>They come.</summary>
    /// <param name="services">Where services answer.</param>
    /// <param name="host">The service's host name.</param>
    /// <param name="perSecond">How many requests they send together.</param>
    /// <param name="images">What may answer.</param>
    /// <param name="clock">Their clock.</param>
    public Users(Uri services, string host, int perSecond, IReadOnlyList<DemoImage> images, TimeProvider clock)
    {
        (_images, _clock) = (images, clock);
        _coming = ComeAsync(services, host, perSecond);
    }

    /// <summary>What they got from an image so far.</summary>
    public Answers Of(DemoImage image) => _answers.GetValueOrDefault(image.Text, Answers.None);

    /// <summary>What they got that no image has answered: an error of the proxy, or nothing.</summary>
    public Answers OfNone => _answers.GetValueOrDefault("", Answers.None);

    /// <summary>They leave, and those who wait for an answer get it first.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _coming;
        for (var place = 0; place < UnderWayAtMost; place++)
            await _room.WaitAsync(CancellationToken.None);
        _room.Release(UnderWayAtMost);
    }

    /// <summary>They leave.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        _http.Dispose();
        _room.Dispose();
        _leaving.Dispose();
    }

    private async Task ComeAsync(Uri services, string host, int perSecond)
    {
        using var timer = new PeriodicTimer(Beat, _clock);
        var began = _clock.GetTimestamp();
        long come = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_leaving.Token))
            {
                for (var due = (long)(_clock.GetElapsedTime(began).TotalSeconds * perSecond); come < due; come++)
                {
                    if (_room.Wait(0, CancellationToken.None))
                        _ = AskAsync(services, host);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // They have left.
        }
    }

    private async Task AskAsync(Uri services, string host)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, services);
            request.Headers.Host = host;
            using var reply = await _http.SendAsync(request, CancellationToken.None);
            var body = await reply.Content.ReadAsStringAsync(CancellationToken.None);
            Note(body, reply.StatusCode);
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException)
        {
            Note("", HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>A program answers with its text; where revisions are simulated, the answer has the image's digest.</summary>
    private void Note(string body, HttpStatusCode status)
    {
        var from = _images.FirstOrDefault(image => body.TrimEnd() == image.Text || body.Contains(image.Digest, StringComparison.Ordinal))?.Text ?? "";
        var at = _clock.GetUtcNow();
        _answers.AddOrUpdate(from, _ => Answers.None.With(status, at), (_, so) => so.With(status, at));
    }
}
