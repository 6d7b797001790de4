using System.Collections.Immutable;
using System.Net.Http.Headers;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>One challenge of a WWW-Authenticate header (RFC 9110 section 11.6.1; distribution's token authentication).</summary>
/// <param name="Scheme"><c>Bearer</c> or <c>Basic</c>, in any case.</param>
/// <param name="Realm">For Bearer, where tokens are given out; null when there is none.</param>
/// <param name="Service">What the token server wants to be told; null when there is none.</param>
internal sealed record Challenge(string Scheme, string? Realm, string? Service)
{
    private const int LengthMax = 4096;

    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what can be read; a malformed challenge is one without realm.</summary>
    public static ImmutableArray<Challenge> Read(HttpHeaderValueCollection<AuthenticationHeaderValue> headers) =>
        [.. headers.Take(4).Select(header =>
        {
            var parameter = header.Parameter is { Length: <= LengthMax } text ? text : "";
            return new Challenge(header.Scheme, Named(parameter, "realm"), Named(parameter, "service"));
        })];

    private static string? Named(string text, string name)
    {
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                return null;

            var key = text[at..equals].Trim(' ', ',', '\t');
            var (value, next) = Value(text, equals + 1);
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
            at = next;
        }

        return null;
    }

    private static (string Value, int Next) Value(string text, int from)
    {
        if (from >= text.Length || text[from] != '"')
        {
            var comma = text.IndexOf(',', from);
            var end = comma < 0 ? text.Length : comma;
            return (text[from..end].Trim(), end + 1);
        }

        var value = new System.Text.StringBuilder();
        for (var at = from + 1; at < text.Length; at++)
        {
            if (text[at] == '"')
                return (value.ToString(), at + 1);
            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
        }

        return ("", text.Length);
    }
}
