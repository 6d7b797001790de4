using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>Messages as Google sends them.</summary>
internal static class Messages
{
    public const string Web = "asia-northeast1-docker.pkg.dev/acme/app/web";
    public const string PublishTime = "2026-02-26T19:13:55.749Z";

    public static string DigestA { get; } = $"sha256:{new string('a', 64)}";

    public static string DigestB { get; } = $"sha256:{new string('b', 64)}";

    public static string Fixture(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    public static string Pushed(string tag, string digest) =>
        $$"""{"action":"INSERT","digest":"{{Web}}@{{digest}}","tag":"{{Web}}:{{tag}}"}""";

    /// <summary>The body of a push, ids and times in both spellings as Google writes them.</summary>
    public static string Envelope(string data, string id = "2070443601311540", string subscription = "projects/acme/subscriptions/cd") =>
        $$"""
        {"deliveryAttempt":2,
         "message":{"attributes":{"buildId":"x","status":"SUCCESS"},"data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(data))}}",
          "messageId":"{{id}}","message_id":"{{id}}","publishTime":"{{PublishTime}}","publish_time":"{{PublishTime}}"},
         "subscription":"{{subscription}}"}
        """;

    public static HttpRequestMessage Post(string path, string body, string? contentType = "application/json") =>
        Post(path, Encoding.UTF8.GetBytes(body), contentType);

    public static HttpRequestMessage Post(string path, byte[] body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return new(HttpMethod.Post, path) { Content = content };
    }

    /// <summary>A push to the function for images.</summary>
    public static HttpRequestMessage Image(string data) => Post("/functions/OnImagePushed", Envelope(data));

    /// <summary>A push to the function for builds.</summary>
    public static HttpRequestMessage Build(string data) => Post("/functions/OnBuildFinished", Envelope(data));

    /// <summary>A CloudEvent in binary mode, as Eventarc sends it.</summary>
    public static HttpRequestMessage Binary(string path, string topic, string envelope, string id = "2070443601311540")
    {
        var request = Post(path, envelope);
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-type", "google.cloud.pubsub.topic.v1.messagePublished");
        request.Headers.Add("ce-source", $"//pubsub.googleapis.com/projects/acme/topics/{topic}");
        request.Headers.Add("ce-id", id);
        request.Headers.Add("ce-time", PublishTime);
        return request;
    }

    public static HttpRequestMessage PostStructured(string path, string data, string parameters = "") =>
        Post(path, Structured("gcr", data), $"application/cloudevents+json{parameters}");

    /// <summary>A CloudEvent in structured mode.</summary>
    public static string Structured(string topic, string data) =>
        $$"""
        {"specversion":"1.0","type":"google.cloud.pubsub.topic.v1.messagePublished",
         "source":"//pubsub.googleapis.com/projects/acme/topics/{{topic}}",
         "id":"2070443601311540","time":"{{PublishTime}}","datacontenttype":"application/json",{{data}}}
        """;

    /// <summary>The key under which the journal must keep it.</summary>
    public static string Key(string topic, string id, string data) =>
        $"{topic}/{id}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16]}";
}
