using System.Globalization;
using System.Text.Json;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Triggers.Events;

namespace CdAutomation.Triggers.Requests;

/// <summary>Takes what people say to a pipeline: hold, resume, pin, freeze, quarantine, approve, reject, roll back.</summary>
public sealed class CommandOrders(OrderIntake intake, TriggersOptions options, TimeProvider clock)
{
    /// <summary>What can be said.</summary>
    public static readonly string[] Words =
        ["hold", "resume", "pin", "unpin", "freeze", "unfreeze", "quarantine", "unquarantine", "approve", "reject", "rollback"];

    private const string Example = """send {"command": "hold", "stage": "production", "reason": "load test", "until": "2026-12-01T12:00:00Z"}""";

    private static readonly string[] Keys = ["command", "stage", "image", "to", "until", "reason"];

    internal Task<ApiResult> TakeAsync(string pipeline, HttpRequest request, string actor, CancellationToken cancellation) =>
        intake.TakeAsync(pipeline, request, Keys, Example, (body, policy) => Read(body, policy, actor), cancellation);

    private OrderReading Read(JsonElement body, PipelinePolicy policy, string actor)
    {
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in Keys)
        {
            texts[key] = body.TextOrProblem(key, out var wrong);
            if (wrong is not null)
                return OrderReading.Wrong("request.text", wrong.Sentence, Example);
        }

        if (texts["command"] is not { } word || !Words.Contains(word, StringComparer.Ordinal))
            return OrderReading.Wrong("request.command", $"command is {Excerpt.Of(texts["command"])}", $"say one of {string.Join(", ", Words)}");
        if (texts["reason"]?.Length > OrderIntake.ReasonMax)
            return OrderReading.Wrong("request.reason", $"reason has more than {OrderIntake.ReasonMax} characters", "shorten it");
        if (Needs(word).FirstOrDefault(key => texts[key] is null) is { } missing)
            return OrderReading.Wrong("request.missing", $"{word} needs {missing}", Example);
        string[] allowed = ["command", "reason", .. Needs(word), .. May(word)];
        if (texts.FirstOrDefault(text => text.Value is not null && !allowed.Contains(text.Key, StringComparer.Ordinal)) is { Key: { } extra })
            return OrderReading.Wrong("request.unknownKey", $"{word} takes no {extra}", Example);

        DateTimeOffset? until = null;
        if (texts["until"] is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) || end <= clock.GetUtcNow())
                return OrderReading.Wrong("request.until", $"until is {Excerpt.Of(text)}, which is no instant to come", "write one such as 2026-12-01T12:00:00Z");
            until = end;
        }

        var command = Command(word, texts["stage"]!, texts["image"]!, texts["to"], until, texts["reason"]);
        return OrderReading.Of(new Signal.Commanded(policy.Name, command, actor, options.PrincipalsOf(actor)), texts["image"]);
    }

    private static Command Command(string word, string stage, string image, string? to, DateTimeOffset? until, string? reason) => word switch
    {
        "hold" => new Command.Hold(stage, until, reason),
        "resume" => new Command.Resume(stage, reason),
        "pin" => new Command.Pin(stage, image, until, reason),
        "unpin" => new Command.Unpin(stage, reason),
        "freeze" => new Command.Freeze(until, reason),
        "unfreeze" => new Command.Unfreeze(reason),
        "quarantine" => new Command.Quarantine(image, reason),
        "unquarantine" => new Command.Unquarantine(image, reason),
        "approve" => new Command.Vote(stage, image, Approves: true, reason),
        "reject" => new Command.Vote(stage, image, Approves: false, reason),
        "rollback" => new Command.Rollback(stage, to, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string[] Needs(string word) => word switch
    {
        "freeze" or "unfreeze" => [],
        "quarantine" or "unquarantine" => ["image"],
        "pin" or "approve" or "reject" => ["stage", "image"],
        _ => ["stage"],
    };

    private static string[] May(string word) => word switch
    {
        "hold" or "pin" or "freeze" => ["until"],
        "rollback" => ["to"],
        _ => [],
    };
}
