using System.Globalization;
using System.Text.Json;
using CdAutomation.LocalCloud.PubSub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CdAutomation.LocalCloud.Registry;

/// <summary>An OCI registry (distribution spec v1.1) on a laptop, plain HTTP and without accounts, that announces pushes and deletions
/// as Artifact Registry does.</summary>
/// <remarks>Choices where Google documents nothing: a push of what is already there under the same tag is announced again; deleting a
/// manifest deletes its tags
/// and announces each. Nothing is collected as garbage: a blob goes when it is deleted from its last repository.</remarks>
public sealed class LocalRegistry : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RegistryStore _store;
    private readonly Uploads _uploads;
    private readonly BlobEndpoints _blobs;
    private readonly ManifestEndpoints _manifests;
    private readonly ListEndpoints _lists;
    private readonly AnnouncementOutbox? _outbox;
    private readonly string? _temporary;
    private LoopbackHost? _host;
    private Task _announcing = Task.CompletedTask;

    private LocalRegistry(LocalRegistryOptions options)
    {
        _temporary = options.DataDirectory is null ? Directory.CreateTempSubdirectory("cd-registry-").FullName : null;
        _store = new(_temporary ?? Directory.CreateDirectory(options.DataDirectory!).FullName, options.Clock);
        _uploads = new(_store, options.LargestBlob, options.Clock);
        _outbox = options.Announcements is { } announcements
            ? new(_store, announcements, options.Clock, options.Loggers.CreateLogger<LocalRegistry>())
            : null;
        _blobs = new(_store, _uploads);
        _lists = new(_store);
        _manifests = new(_store, (path, own) => Hosts(options, path, own), () => _outbox?.Wake());
    }

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_host!.Port(0)}");

    /// <exception cref="IOException">The port is taken, or the data directory is used by another registry or was written by a newer
    /// version.</exception>
    public static async Task<LocalRegistry> StartAsync(LocalRegistryOptions options, CancellationToken cancellation)
    {
        var registry = new LocalRegistry(options);
        try
        {
            registry._host = await LoopbackHost.StartAsync(
                [(options.Port, HttpProtocols.Http1)], options.Loggers, Unlimited, _ => { },
                app => app.Run(registry.AnswerAsync), cancellation);
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }

        if (registry._outbox is { } outbox)
            registry._announcing = Task.Run(() => outbox.RunAsync(registry._stopping.Token), CancellationToken.None);
        return registry;
    }

    /// <summary>What is still to be announced is announced after the next start on the same data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        await _announcing;
        _uploads.Dispose();
        _store.Dispose();
        _stopping.Dispose();
        if (_temporary is not null)
            Directory.Delete(_temporary, recursive: true);
    }

    // Our own limits are counted while reading; a client that compresses while it sends may pause for long.
    private static void Unlimited(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
    }

    private static IReadOnlyList<string> Hosts(LocalRegistryOptions options, string path, string own)
    {
        // Owed to nobody: without a receiver the outbox would only grow.
        if (options.Announcements is null)
            return [];
        var hosts = options.PublicHosts(path);
        return hosts.Count > 0 ? hosts : [own];
    }

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        try
        {
            await RouteAsync(http, RegistryRoute.Parse(http.Request.Path.Value ?? ""));
        }
        catch (RegistryRefusal refusal) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, refusal);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client hung up; there is nobody to answer.
        }
    }

    private Task RouteAsync(HttpContext http, RegistryRoute route) => (route, http.Request.Method) switch
    {
        (RegistryRoute.Ping, "GET" or "HEAD") => PingAsync(http),
        (RegistryRoute.Blob it, "GET" or "HEAD") => _blobs.GetAsync(http, it),
        (RegistryRoute.Blob it, "DELETE") => _blobs.DeleteAsync(http, it),
        (RegistryRoute.Uploads it, "POST") => _blobs.BeginAsync(http, it),
        (RegistryRoute.OneUpload it, "PATCH") => _blobs.AppendAsync(http, it),
        (RegistryRoute.OneUpload it, "PUT") => _blobs.FinishAsync(http, it),
        (RegistryRoute.OneUpload it, "GET") => _blobs.StatusAsync(http, it),
        (RegistryRoute.OneUpload it, "DELETE") => _blobs.CancelAsync(http, it),
        (RegistryRoute.Manifest it, "GET" or "HEAD") => _manifests.GetAsync(http, it),
        (RegistryRoute.Manifest it, "PUT") => _manifests.PutAsync(http, it),
        (RegistryRoute.Manifest it, "DELETE") => _manifests.DeleteAsync(http, it),
        (RegistryRoute.Tags it, "GET") => _lists.TagsAsync(http, it),
        (RegistryRoute.Referrers it, "GET") => _lists.ReferrersAsync(http, it),
        _ => throw RegistryRefusal.Unsupported(405, "the method does not go with the path"),
    };

    private static Task PingAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync("{}");
    }

    private static async Task RefuseAsync(HttpContext http, RegistryRefusal refusal)
    {
        if (refusal.Position is { } position)
            BlobEndpoints.Tell(http, position);
        http.Response.StatusCode = refusal.Status;
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("errors");
        foreach (var detail in refusal.Details)
        {
            json.WriteStartObject();
            json.WriteString("code", refusal.Code);
            json.WriteString("message", refusal.Message);
            if (detail.Length > 0)
                json.WriteString("detail", detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
