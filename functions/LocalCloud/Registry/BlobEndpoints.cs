using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>Blobs and their uploads (OCI distribution spec v1.1, "Pulling blobs", "Pushing blobs", "Mounting a blob from another
/// repository").</summary>
internal sealed partial class BlobEndpoints(RegistryStore store, Uploads uploads)
{
    public async Task GetAsync(HttpContext http, RegistryRoute.Blob route)
    {
        var content = store.OpenBlob(route.Repository, route.Digest) ?? throw RegistryRefusal.BlobUnknown(route.Digest);
        http.Response.Headers["Docker-Content-Digest"] = route.Digest.ToString();
        // Serves Range and HEAD, and closes the file.
        await TypedResults.Stream(
            content, "application/octet-stream", entityTag: new($"\"{route.Digest}\""), enableRangeProcessing: true).ExecuteAsync(http);
    }

    public Task DeleteAsync(HttpContext http, RegistryRoute.Blob route)
    {
        if (!store.DropBlob(route.Repository, route.Digest))
            throw RegistryRefusal.BlobUnknown(route.Digest);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    public async Task BeginAsync(HttpContext http, RegistryRoute.Uploads route)
    {
        var query = http.Request.Query;
        if (query["mount"] is [{ } mount] && query["from"] is [{ } from])
        {
            var mounted = Digest.Parse(mount);
            if (store.Mount(route.Repository, RegistryRoute.Name(from), mounted))
            {
                Created(http, route.Repository, mounted);
                return;
            }
        }
        else if (query["digest"] is [{ } whole])
        {
            var digest = Digest.Parse(whole);
            await FinishAsync(http, uploads.Begin(route.Repository), digest);
            return;
        }

        Accepted(http, uploads.Begin(route.Repository).Position);
    }

    public Task AppendAsync(HttpContext http, RegistryRoute.OneUpload route)
    {
        var upload = uploads.Find(route.Repository, route.Id);
        return upload.InTurnAsync(async () =>
        {
            await TakeAsync(http, upload);
            Accepted(http, upload.Position);
            return true;
        }, http.RequestAborted);
    }

    public Task FinishAsync(HttpContext http, RegistryRoute.OneUpload route)
    {
        var upload = uploads.Find(route.Repository, route.Id);
        var digest = Digest.Parse(http.Request.Query["digest"]);
        return FinishAsync(http, upload, digest);
    }

    public Task StatusAsync(HttpContext http, RegistryRoute.OneUpload route)
    {
        Tell(http, uploads.Find(route.Repository, route.Id).Position);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task CancelAsync(HttpContext http, RegistryRoute.OneUpload route)
    {
        var upload = uploads.Find(route.Repository, route.Id);
        return upload.InTurnAsync(() =>
        {
            uploads.Abandon(upload);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.FromResult(true);
        }, http.RequestAborted);
    }

    /// <summary>Where an upload stands, as headers; also on the refusal of a chunk that is out of step.</summary>
    public static void Tell(HttpContext http, UploadPosition position)
    {
        http.Response.Headers.Location = position.Location;
        http.Response.Headers.Range = position.Range;
        http.Response.Headers["Docker-Upload-UUID"] = position.Location[(position.Location.LastIndexOf('/') + 1)..];
    }

    private Task<bool> FinishAsync(HttpContext http, Upload upload, Digest digest) => upload.InTurnAsync(async () =>
    {
        await TakeAsync(http, upload);
        uploads.Finish(upload, digest);
        Created(http, upload.Repository, digest);
        return true;
    }, http.RequestAborted);

    private async Task TakeAsync(HttpContext http, Upload upload)
    {
        var begin = upload.Received;
        var range = ChunkRange(http.Request.Headers.ContentRange);
        if (range is { } chunk && (chunk.First != begin || chunk.Last < chunk.First))
            throw RegistryRefusal.OutOfStep(upload.Position);
        var expected = range is { } told ? told.Last - told.First + 1 : http.Request.ContentLength;
        if (range is not null && http.Request.ContentLength is { } length && length != expected)
            throw new RegistryRefusal(400, "SIZE_INVALID", "Content-Range and Content-Length differ");
        try
        {
            await upload.AppendAsync(http.Request.Body, http.RequestAborted);
            if (range is not null && upload.Received - begin != expected)
                throw new RegistryRefusal(400, "SIZE_INVALID", "the chunk has another length than Content-Range says; begin a new upload");
        }
        catch (RegistryRefusal)
        {
            // Bytes were taken that should not have been: nothing can be appended to them.
            uploads.Abandon(upload);
            throw;
        }
    }

    /// <summary>Null without the header.</summary>
    private static (long First, long Last)? ChunkRange(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return null;
        // The distribution spec writes "0-99"; HTTP writes "bytes 0-99/*". Clients send both.
        var match = RangePattern().Match(header.ToString());
        return match.Success
            && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? (first, last)
            : throw RegistryRefusal.UploadInvalid("Content-Range must read first-last, both inclusive");
    }

    private static void Accepted(HttpContext http, UploadPosition position)
    {
        Tell(http, position);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static void Created(HttpContext http, string repository, Digest digest)
    {
        http.Response.Headers[HeaderNames.Location] = $"/v2/{repository}/blobs/{digest}";
        http.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        http.Response.StatusCode = StatusCodes.Status201Created;
    }

    [GeneratedRegex(@"\A(?:bytes[ =])?(\d{1,18})-(\d{1,18})(?:/(?:\d+|\*))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RangePattern();
}
