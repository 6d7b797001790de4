using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CdAutomation.Cli.Up;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Commands;

/// <summary>Nobody answered, or not as expected; the message says what to do.</summary>
internal class ConnectionException(string message) : Exception(message);

/// <summary>The HTTP API that a command talks to: of the latest <c>up</c> of this user, or of a deployed OnRequest.</summary>
internal sealed class Connection : IDisposable
{
    public static readonly Option<string?> UrlOption = new("--url")
    {
        Description = "The API's address: the web address of 'cdctl up', or the URL of the OnRequest function. Otherwise CDAUTOMATION_URL, otherwise the latest 'cdctl up'.",
        Recursive = true,
    };

    private readonly HttpClient _http;
    private readonly string _base;

    private Connection(string url, string? token)
    {
        _base = url.TrimEnd('/');
        _http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The API's address, without a slash at its end.</summary>
    public string Address => _base;

    /// <summary>The address that the command line or the environment names, or null.</summary>
    public static string? Named(ParseResult arguments) => arguments.GetValue(UrlOption) ?? Environment.GetEnvironmentVariable("CDAUTOMATION_URL");

    /// <param name="arguments">The command line.</param>
    /// <param name="usual">The address where none is named; null for that of the latest <c>up</c>.</param>
    /// <exception cref="ConnectionException">No address is known, or what was named is none.</exception>
    public static Connection Open(ParseResult arguments, string? usual = null)
    {
        var latest = Addresses.Latest();
        var url = Named(arguments) ?? usual;
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
            throw new ConnectionException($"'{url}' is no address; name one such as http://127.0.0.1:8080 with --url or CDAUTOMATION_URL");

        var local = url is null || url.TrimEnd('/') == latest?.Web;
        if (local && latest is null)
            throw new ConnectionException("no 'cdctl up' was started here yet; start one, or name the API with --url");

        return local
            ? new Connection(latest!.Web, Environment.GetEnvironmentVariable("CDAUTOMATION_TOKEN") ?? TokenOf(latest))
            : new Connection(url!, Environment.GetEnvironmentVariable("CDAUTOMATION_TOKEN"));
    }

    /// <summary>The API of an <c>up</c> whose addresses are known.</summary>
    public static Connection Of(Addresses up) => new(up.Web, TokenOf(up));

    public Task<(T? Value, Problem? Problem)> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, _base + path), type, cancellation);

    public Task<(T? Value, Problem? Problem)> PostAsync<TBody, T>(
        string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, _base + path) { Content = content }, type, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private static string? TokenOf(Addresses latest)
    {
        var path = Path.Combine(latest.Data, "token");
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private async Task<(T? Value, Problem? Problem)> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using (request)
        {
            try
            {
                using var reply = await _http.SendAsync(request, cancellation);
                await using var body = await reply.Content.ReadAsStreamAsync(cancellation);
                return reply.IsSuccessStatusCode
                    ? (await JsonSerializer.DeserializeAsync(body, type, cancellation), null)
                    : (default, await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Problem, cancellation));
            }
            catch (HttpRequestException fault)
            {
                throw new ConnectionException($"nobody answers at {_base}: {fault.Message}; is 'cdctl up' running, or is --url right?");
            }
            catch (JsonException)
            {
                throw new ConnectionException($"{_base} answers, but not as this API does; is --url right?");
            }
        }
    }
}
