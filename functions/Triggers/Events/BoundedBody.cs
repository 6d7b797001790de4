using Microsoft.AspNetCore.Http.Features;

namespace CdAutomation.Triggers.Events;

/// <summary>A request's body, never held beyond a bound.</summary>
/// <param name="Bytes">The body, or its beginning where it was too large.</param>
/// <param name="Whole">Whether that is all of it.</param>
/// <param name="Size">Its size in bytes, or the least that it can be.</param>
internal sealed record BoundedBody(ReadOnlyMemory<byte> Bytes, bool Whole, long Size)
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Reads a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The largest body to be taken, in bytes.</param>
    /// <param name="cancellation">Stops.</param>
    public static async Task<BoundedBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        // The server's own limit answers 413, which Pub/Sub would take as a reason to send it again.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;

        // Of what is refused anyway only enough is read to tell one such message from another.
        var announced = request.ContentLength;
        var bound = announced > most ? ChunkSize : most;
        // A sender's word is no reason to set memory aside.
        using var kept = new MemoryStream((int)Math.Min(announced ?? 0, ChunkSize));
        var chunk = new byte[ChunkSize];
        while (await request.Body.ReadAsync(chunk, cancellation) is var count and > 0)
        {
            var fitting = (int)Math.Min(count, bound - kept.Length);
            kept.Write(chunk, 0, fitting);
            // Cut at the same byte wherever the network cuts, so that the same message has the same key again.
            if (fitting < count)
                return new(kept.ToArray(), Whole: false, announced ?? bound + 1L);
        }

        return new(kept.GetBuffer().AsMemory(0, (int)kept.Length), Whole: true, kept.Length);
    }
}
