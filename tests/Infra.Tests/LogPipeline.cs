using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CdAutomation.Infra.Tests;

/// <summary>
/// Does to a log what Datadog does with a pipeline as it is planned (its pages "Pipelines", "Remapper" and "Trace Remapper"): processors in
/// their order, nested pipelines too, those that are enabled. What it does not know it refuses, so that no processor is passed over.
/// </summary>
internal sealed partial class LogPipeline(JsonNode planned)
{
    public void Process(JsonObject log) => Process(planned, log);

    private static void Process(JsonNode pipeline, JsonObject log)
    {
        if (pipeline["is_enabled"]?.GetValue<bool>() != true || !Matches(Single(pipeline, "filter")["query"]!.GetValue<string>(), log))
            return;
        foreach (var processor in pipeline["processor"]!.AsArray())
            Apply(processor!.AsObject(), log);
    }

    private static void Apply(JsonObject processor, JsonObject log)
    {
        var (kind, it) = processor.Where(part => part.Value is JsonArray { Count: 1 }).Select(part => (part.Key, part.Value![0]!)).Single();
        if (it["is_enabled"]?.GetValue<bool>() != true)
            return;
        switch (kind)
        {
            case "pipeline":
                Process(it, log);
                break;
            case "attribute_remapper":
                Remap(it, log);
                break;
            case "trace_id_remapper":
            case "span_id_remapper":
            case "service_remapper":
                var reserved = kind[..^"_remapper".Length];
                if (Sources(it).Select(source => At(log, source)).FirstOrDefault(value => value is not null) is { } first)
                    log[reserved] = first.ToString();
                break;
            case "grok_parser":
                Parse(it, log);
                break;
            default:
                throw new NotSupportedException(kind);
        }
    }

    private static void Remap(JsonNode remapper, JsonObject log)
    {
        Assert.That($"{remapper["source_type"]}", Is.EqualTo("attribute"));
        var target = $"{remapper["target"]}";
        foreach (var source in Sources(remapper))
        {
            if (At(log, source) is not { } value)
                continue;
            var path = $"{remapper["target_type"]}" == "tag" ? $"tags.{target}" : target;
            if (At(log, path) is null || remapper["override_on_conflict"]?.GetValue<bool>() == true)
                Set(log, path, $"{remapper["target_format"]}" == "string" ? JsonValue.Create(value.ToString()) : value.DeepClone());
            if (remapper["preserve_source"]?.GetValue<bool>() != true)
                Remove(log, source);
        }
    }

    // Of grok no more than literals and %{regex("…"):name}.
    private static void Parse(JsonNode parser, JsonObject log)
    {
        var rule = $"{Single(parser, "grok")["match_rules"]}".Split(' ', 2)[1];
        var pattern = Piece().Replace(rule, it => it.Groups["name"].Success
            ? $"(?<{GroupOf(it.Groups["name"].Value)}>{it.Groups["pattern"].Value})"
            : $"(?:{it.Groups["pattern"].Value})");
        if (At(log, $"{parser["source"]}") is not { } text || Regex.Match(text.ToString(), $@"\A{pattern}\z") is not { Success: true } match)
            return;
        foreach (var name in Piece().Matches(rule).Select(it => it.Groups["name"].Value).Where(it => it.Length > 0))
            Set(log, name, JsonValue.Create(match.Groups[GroupOf(name)].Value));
    }

    private static string GroupOf(string attribute) => attribute.Replace('.', '_');

    /// <summary>Whether a log is found by <c>field:value</c> or <c>field:(a OR b*)</c>.</summary>
    public static bool Matches(string query, JsonObject log)
    {
        if (Term().Match(query) is not { Success: true } term)
            throw new NotSupportedException(query);
        var value = At(log, term.Groups["field"].Value)?.ToString();
        return value is not null && term.Groups["values"].Value.Split(" OR ").Any(it =>
            it.EndsWith('*') ? value.StartsWith(it[..^1], StringComparison.Ordinal) : value == it);
    }

    private static IEnumerable<string> Sources(JsonNode it) => it["sources"]!.AsArray().Select(source => source!.GetValue<string>());

    private static JsonNode Single(JsonNode it, string block) => it[block]!.AsArray().Single()!;

    private static JsonNode? At(JsonObject log, string path) =>
        path.Split('.').Aggregate<string, JsonNode?>(log, (node, name) => (node as JsonObject)?[name]);

    private static void Set(JsonObject log, string path, JsonNode value)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1])
            log = (JsonObject)(log[name] ??= new JsonObject());
        log[names[^1]] = value;
    }

    private static void Remove(JsonObject log, string path)
    {
        var names = path.Split('.');
        var owner = names[..^1].Aggregate<string, JsonNode?>(log, (node, name) => (node as JsonObject)?[name]);
        (owner as JsonObject)?.Remove(names[^1]);
    }

    [GeneratedRegex("""%\{regex\("(?<pattern>[^"]+)"\)(:(?<name>[\w.]+))?\}""")]
    private static partial Regex Piece();

    [GeneratedRegex(@"^@?(?<field>[\w.]+):\(?(?<values>[^()]+)\)?$")]
    private static partial Regex Term();
}
