using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>The distribution API by hand.</summary>
internal sealed class RegistryClient(string address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://{address}"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content = null, Action<HttpRequestMessage>? shape = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        shape?.Invoke(request);
        return _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task PushAsync(string repository, Content blob)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, $"/v2/{repository}/blobs/uploads/?digest={blob.Digest}", new ByteArrayContent(blob.Bytes));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    public Task<HttpResponseMessage> PutAsync(string repository, string reference, Content manifest)
    {
        var body = new ByteArrayContent(manifest.Bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue(manifest.MediaType);
        return SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", body);
    }

    public async Task PushAsync(string repository, string reference, TestImage image)
    {
        foreach (var blob in image.Blobs)
            await PushAsync(repository, blob);
        using var answer = await PutAsync(repository, reference, image.Manifest);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }

    public async Task<string?> DigestAsync(string repository, string reference)
    {
        using var answer = await SendAsync(HttpMethod.Head, $"/v2/{repository}/manifests/{reference}");
        return answer.IsSuccessStatusCode ? answer.Headers.GetValues("Docker-Content-Digest").Single() : null;
    }

    /// <summary>Status and code of a refusal; fails when it is not an error object of the specification.</summary>
    public static async Task<(int Status, string Code)> RefusalAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"), $"{answer.StatusCode}");
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsArray();
        Assert.That(errors[0]!["message"]!.GetValue<string>(), Is.Not.Empty);
        return ((int)answer.StatusCode, errors[0]!["code"]!.GetValue<string>());
    }

    public void Dispose() => _http.Dispose();
}
