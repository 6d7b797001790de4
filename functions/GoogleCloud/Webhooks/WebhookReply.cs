using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Webhooks;

/// <summary>What an address answers: <c>{"verdict": "pass|hold|reject", "reason": "…", "retryAfter": "10m"}</c>; the last two may be missing.</summary>
internal static partial class WebhookReply
{
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Reads one. What is none is Unknown, with what came.</summary>
    /// <param name="body">The body of an answer with status 200.</param>
    /// <param name="host">Who answered, for people.</param>
    public static Answer Read(byte[] body, string host)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement, host) ?? Odd(body, host);
        }
        catch (JsonException)
        {
            return Odd(body, host);
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair is JSON, and no text.
            return Odd(body, host);
        }
    }

    private static Answer? Read(JsonElement root, string host)
    {
        if (root.ValueKind is not JsonValueKind.Object
            || !Optional(root, "verdict", out var verdict) || !Optional(root, "reason", out var reason) || !Optional(root, "retryAfter", out var wait))
            return null;

        Finding? finding = verdict switch
        {
            "pass" => Finding.Pass,
            "hold" => Finding.Hold,
            "reject" => Finding.Reject,
            _ => null,
        };
        var retryAfter = wait is null ? null : DurationOf(wait);
        if (finding is null || wait is not null && retryAfter is null)
            return null;

        var why = string.IsNullOrWhiteSpace(reason) ? "" : $": {Excerpt.Of(reason.Trim())}";
        return new(finding.Value, new($"webhook.{verdict}", $"{host} says {verdict}{why}"), retryAfter);
    }

    // Missing and null are the same; another type is not what was agreed.
    private static bool Optional(JsonElement root, string name, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
            return true;
        if (value.ValueKind is not JsonValueKind.String)
            return false;
        text = value.GetString();
        return true;
    }

    /// <summary>A duration as policies write it, <c>10m</c>, <c>1h30m</c> or <c>PT10M</c>, from a second to a day; null where it is none.</summary>
    private static TimeSpan? DurationOf(string text)
    {
        if (DurationPattern().Match(text) is not { Success: true } match)
            return null;

        var wait = TimeSpan.FromHours(Number("h")) + TimeSpan.FromMinutes(Number("m")) + TimeSpan.FromSeconds(Number("s"));
        return wait < TimeSpan.FromSeconds(1) ? null : wait > RetryAfterMax ? RetryAfterMax : wait;

        int Number(string unit) => match.Groups[unit] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    private static Answer Odd(byte[] body, string host) => new(Finding.Unknown, new("webhook.odd",
        $"{host} answers without a verdict that can be read: {Excerpt.Of(Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 500)))}"));

    [GeneratedRegex(
        @"^(?:PT)?(?:(?<h>[0-9]{1,6})h)?(?:(?<m>[0-9]{1,6})m)?(?:(?<s>[0-9]{1,6})s)?\z",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
