using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers;

/// <content>One value of each kind out of its text, or its problem.</content>
internal sealed partial class TriggersConfiguration
{
    private string? Text(string key) =>
        _configuration[$"CDAUTOMATION_{key}"] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private bool Flag(string key)
    {
        var text = Text(key);
        if (text is not (null or "true" or "false"))
            Problem(key, $"is {Excerpt.Of(text)}, where true or false is wanted");
        return text is "true";
    }

    private string[] List(string key) =>
        (Text(key) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string Topic(string key, string usual)
    {
        var id = Text(key) ?? usual;
        if (!TopicIds.IsId(id))
            Problem(key, $"is {Excerpt.Of(id)}, which is no topic's id; without projects/…/topics/ before it");
        return id;
    }

    private AuthorSubstitution? Author()
    {
        if (Text("AUTHOR_SUBSTITUTION") is not { } name)
            return null;
        if (!AuthorSubstitution.IsName(name))
            Problem("AUTHOR_SUBSTITUTION", $"is {Excerpt.Of(name)}, which is no substitution of one's own; _PUSHER is one");
        return new(name);
    }

    private string? TopicName(string key)
    {
        var name = Text(key);
        if (name is not null && (TopicIds.NamedIn(name) is null || !name.StartsWith("projects/", StringComparison.Ordinal)))
            Problem(key, $"is {Excerpt.Of(name)}, where projects/PROJECT/topics/NAME is meant");
        return name;
    }

    private Uri? Endpoint(string key)
    {
        if (Text(key) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)
            return uri;
        Problem(key, "is no address; http://127.0.0.1:8085 is one");
        return null;
    }

    private TimeSpan Duration(string key, TimeSpan usual)
    {
        if (Text(key) is not { } text)
            return usual;

        var digits = text.AsSpan().TrimEnd("hms");
        TimeSpan? unit = text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
        if (unit is { } one && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count * one <= TimeSpan.FromDays(1))
            return count * one;

        Problem(key, $"is {Excerpt.Of(text)}, which is no duration of at most a day; 500ms, 90s, 5m and 1h are");
        return usual;
    }

    private T Missing<T>(string key, string why, T instead)
    {
        Problem(key, $"is not set; {why}");
        return instead;
    }

    private void Problem(string key, string what) => _problems.Add(new("configuration.invalid", $"CDAUTOMATION_{key} {what}"));
}
