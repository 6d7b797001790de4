using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>Requests to the event functions, none of which can ever be understood. Each has an id or content of its own.</summary>
internal sealed class MalformedMessages(Random random)
{
    private const string Repository = $"{Policies.Host}/acme/app/web";
    private const string Reference = $"{Repository}@sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly Func<MalformedMessages, int, Body>[] Kinds =
    [
        (it, number) => it.Truncated(number),
        (it, number) => it.WrongType(number),
        (_, number) => Of("data that is not base64", Envelope(number, "%%% not base64 %%%")),
        (_, number) => Of("an action that is not known", Envelope(number, Base64($$"""{"action":"EXPLODE","digest":"{{Reference}}"}"""))),
        (_, number) => Of(
            "a status that is not known", Envelope(number, Base64($$"""{"id":"{{number}}","projectId":"acme","status":"EXPLODED"}"""))),
        (_, number) => Of(
            "another topic", Envelope(number, Base64("""{"action":"INSERT"}""")), path: $"/projects/local/topics/topic-{number}"),
        (_, number) => Of("deep nesting of the envelope", $"{new string('[', 5_000 + number)}{new string(']', 5_000 + number)}"),
        (_, number) => Of(
            "deep nesting of the data", Envelope(number, Base64($"{new string('[', 100_000)}{new string(']', 100_000)}"))),
        (it, number) => it.Noise(number),
        (_, number) => Of("no message", $$"""{"subscription":"projects/local/subscriptions/gcr","number":{{number}}}"""),
        (_, number) => Of("no data", Envelope(number, "")),
        (_, number) => Of("data that is no object", Envelope(number, Base64($"[{number}]"))),
        (_, number) => Of("a key twice", Envelope(number, Base64("""{"action":"INSERT","action":"DELETE"}"""))),
        (_, number) => Of("half a surrogate pair", Envelope(number, Base64("""{"action":"INSERT","digest":"\ud800"}"""))),
        (_, number) => Of(
            "a digest that is none", Envelope(number, Base64($$"""{"action":"INSERT","digest":"{{Repository}}@sha256:{{number}}"}"""))),
        (_, number) => Of("an id that is none", $$$"""{"message":{"messageId":"line\nbreak {{{number}}}","data":"{{{Base64("{}")}}}"}}"""),
    ];

    /// <summary>What the last one was, for a failure.</summary>
    public string Last { get; private set; } = "";

    /// <summary>One request.</summary>
    /// <param name="number">Its number; two of them are as large as they can be.</param>
    /// <param name="functions">The functions' addresses; each gets every kind.</param>
    public HttpRequestMessage Make(int number, string[] functions)
    {
        var function = functions[number / Kinds.Length % functions.Length];
        var body = number switch
        {
            100 => Of("10 MB of data", Envelope(number, Convert.ToBase64String(new byte[10_000_000]))),
            101 => Of("a body of 40 MB", new string('x', 40_000_000)),
            _ => Kinds[number % Kinds.Length](this, number),
        };
        Last = body.What;
        var content = new ByteArrayContent(body.Bytes) { Headers = { ContentType = new("application/json") } };
        return new(HttpMethod.Post, function + body.Path) { Content = content };
    }

    private Body Truncated(int number)
    {
        var whole = Envelope(number, Base64($$"""{"action":"INSERT","digest":"{{Reference}}"}"""));
        // Cut after the number, which tells it from the others.
        return Of("cut off", whole[..random.Next(whole.IndexOf("\"data\"", StringComparison.Ordinal), whole.Length - 1)]);
    }

    private Body WrongType(int number)
    {
        string[] values = ["7", "true", "null", "[]", "{}", "1e400"];
        var value = values[random.Next(values.Length)];
        return random.Next(3) switch
        {
            0 => Of("a message that is no object", $$"""{"message":{{(value == "{}" ? "7" : value)}},"number":{{number}}}"""),
            1 => Of("an action of another type", Envelope(number, Base64($$"""{"action":{{value}},"number":{{number}}}"""))),
            _ => Of("data of another type", $"{{\"message\":{{\"messageId\":\"{number}\",\"data\":{value}}}}}"),
        };
    }

    private Body Noise(int number)
    {
        var bytes = new byte[random.Next(1, 2_000) + 4];
        random.NextBytes(bytes);
        BitConverter.TryWriteBytes(bytes, number);
        return new("noise", bytes, "");
    }

    private static string Envelope(int number, string data) => new JsonObject
    {
        ["message"] = new JsonObject
        {
            ["messageId"] = number.ToString(CultureInfo.InvariantCulture),
            ["publishTime"] = "2026-11-23T10:00:00Z",
            ["data"] = data,
        },
        ["subscription"] = "projects/local/subscriptions/any",
    }.ToJsonString();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static Body Of(string what, string text, string path = "") => new(what, Encoding.UTF8.GetBytes(text), path);

    private sealed record Body(string What, byte[] Bytes, string Path);
}
