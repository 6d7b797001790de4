using System.Diagnostics;
using System.Text.Json;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Looks at Cloud Run as an operator does: the Admin API by Google's stubs, and the service's own address.</summary>
/// <param name="run"><c>host:port</c> of the Admin API.</param>
/// <param name="services">Where services answer by their host names: a URL.</param>
internal sealed class CloudRun(string run, string services) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress($"http://{run}");
    private readonly HttpClient _http = new();

    /// <summary>The one that <c>cdctl up</c> has written down for whoever comes after it.</summary>
    public static async Task<CloudRun> OfLatestAsync(UpFolder folder)
    {
        using var addresses = JsonDocument.Parse(await File.ReadAllTextAsync(folder.Images.In("home", "cdautomation", "latest.json")));
        return new(addresses.RootElement.GetProperty("run").GetString()!, addresses.RootElement.GetProperty("services").GetString()!);
    }

    public async Task<Service> ServiceAsync(string image) =>
        await new Services.ServicesClient(_channel).GetServiceAsync(new GetServiceRequest { Name = Policies.ServiceOf(image) });

    /// <summary>Every revision there is of a service, newest first.</summary>
    public async Task<IReadOnlyList<Revision>> RevisionsAsync(string image)
    {
        var revisions = new List<Revision>();
        for (var page = new ListRevisionsResponse { NextPageToken = "" }; ;)
        {
            page = await new Revisions.RevisionsClient(_channel).ListRevisionsAsync(
                new ListRevisionsRequest { Parent = Policies.ServiceOf(image), PageToken = page.NextPageToken });
            revisions.AddRange(page.Revisions);
            if (page.NextPageToken.Length == 0)
                return revisions;
        }
    }

    /// <summary>Their names, to compare one look with another.</summary>
    public async Task<string[]> RevisionNamesAsync(string image) => [.. (await RevisionsAsync(image)).Select(revision => revision.Name)];

    /// <summary>What the service's address answers to one of its users.</summary>
    public async Task<string> VisitAsync(string image)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, services);
        request.Headers.Host = new Uri((await ServiceAsync(image)).Uri).Authority;
        using var answer = await _http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Waits until the service's address answers from the revision of this digest; for simulated ones, which say so.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> ServesAsync(string image, string digest)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.SeesAsync($"{image} serves {digest}", () => VisitAsync(image), answer => DigestIn(answer) == digest);
        return watch.Elapsed;
    }

    public void Dispose()
    {
        _http.Dispose();
        _channel.Dispose();
    }

    // What is no JSON is the proxy's own sentence: no revision serves yet.
    private static string? DigestIn(string answer)
    {
        if (!answer.StartsWith('{'))
            return null;
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("digest").GetString();
    }
}
