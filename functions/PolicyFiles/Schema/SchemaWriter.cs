using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Schema;

/// <summary>Says a part of the model in the words of JSON Schema.</summary>
internal static class SchemaWriter
{
    private const string Durations = $"^(?!P?$|.*T$)(?:{Nodes.Durations.Pattern})$";
    private const string Shares = $"^(?:{Percents.Pattern})$";
    private const string DayRanges = "(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?";

    /// <summary>A mapping, as an object of the schema.</summary>
    public static void Write(Utf8JsonWriter json, Shape shape)
    {
        json.WriteStartObject();
        json.WriteString("title", shape.Title);
        json.WriteString("description", shape.Description);
        WriteContent(json, shape);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, Shape shape)
    {
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var key in shape.Keys)
            Write(json, key);
        json.WriteEndObject();
        WriteNames(json, "required", shape.Keys.Where(key => key.Required).Select(key => key.Name));
        json.WriteBoolean("additionalProperties", false);
        if (shape.OneAtLeast is not [])
            WriteEach(json, "anyOf", shape.OneAtLeast);
        if (shape.Variants is not [])
            WriteVariants(json, shape);
    }

    private static void Write(Utf8JsonWriter json, Key key)
    {
        json.WriteStartObject(key.Name);
        if (key.Form is Form.Mapping { Shape: var shape })
            json.WriteString("title", shape.Title);
        json.WriteString("description", key.Description);
        Write(json, key.Form);
        if (key.Default is not null)
        {
            json.WritePropertyName("default");
            json.WriteRawValue(key.Default);
        }
        if (key.Examples is not [])
        {
            json.WriteStartArray("examples");
            foreach (var example in key.Examples)
                json.WriteRawValue(example);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Form form) => form.Match<Action>(
        text => () =>
        {
            WriteText(json, text.Pattern is null ? null : $"^(?:{text.Pattern})$");
            if (text.Longest is { } longest)
                json.WriteNumber("maxLength", longest);
        },
        words => () => WriteNames(json, "enum", words.All),
        flag => () => json.WriteString("type", "boolean"),
        whole => () => WriteWhole(json, whole),
        duration => () => WriteText(json, Durations),
        percent => () => WriteText(json, Shares),
        days => () => WriteDays(json),
        list => () => WriteList(json, list),
        named => () => WriteNamed(json, named),
        mapping => () => WriteContent(json, mapping.Shape))();

    private static void WriteText(Utf8JsonWriter json, string? pattern)
    {
        json.WriteString("type", "string");
        json.WriteNumber("minLength", 1);
        if (pattern is not null)
            json.WriteString("pattern", pattern);
    }

    private static void WriteWhole(Utf8JsonWriter json, Form.Whole whole)
    {
        json.WriteString("type", "integer");
        json.WriteNumber("minimum", whole.Least);
        json.WriteNumber("maximum", whole.Most);
    }

    private static void WriteDays(Utf8JsonWriter json)
    {
        json.WriteStartArray("oneOf");
        json.WriteStartObject();
        WriteText(json, $"^{DayRanges}(?: *, *{DayRanges})*$");
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "array");
        json.WriteNumber("minItems", 1);
        json.WriteStartObject("items");
        WriteText(json, $"^{DayRanges}(?: *, *{DayRanges})*$");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, Form.List list)
    {
        json.WriteString("type", "array");
        if (!list.MayBeEmpty)
            json.WriteNumber("minItems", 1);
        json.WriteStartObject("items");
        if (list.Item is Form.Mapping { Shape: var shape })
        {
            json.WriteString("title", shape.Title);
            json.WriteString("description", shape.Description);
        }
        Write(json, list.Item);
        json.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter json, Form.Named named)
    {
        json.WriteString("type", "object");
        json.WriteNumber("minProperties", 1);
        json.WriteStartObject("propertyNames");
        WriteText(json, $"^(?:{named.Name.Pattern})$");
        json.WriteEndObject();
        json.WritePropertyName("additionalProperties");
        Write(json, named.Value);
    }

    /// <summary>Exactly one of the ways: its own keys, and none of another's.</summary>
    private static void WriteVariants(Utf8JsonWriter json, Shape shape)
    {
        json.WriteStartArray("oneOf");
        foreach (var variant in shape.Variants)
        {
            json.WriteStartObject();
            if (variant.All || variant.Leads.Length == 1)
                WriteNames(json, "required", variant.Leads);
            else
                WriteEach(json, "anyOf", variant.Leads);
            json.WriteStartObject("properties");
            foreach (var other in shape.Variants.Where(other => other != variant).SelectMany(other => other.Keys))
                json.WriteBoolean(other, false);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteEach(Utf8JsonWriter json, string word, ImmutableArray<string> keys)
    {
        json.WriteStartArray(word);
        foreach (var key in keys)
        {
            json.WriteStartObject();
            WriteNames(json, "required", [key]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string word, IEnumerable<string> names)
    {
        var all = names.ToArray();
        if (all is [])
            return;
        json.WriteStartArray(word);
        foreach (var name in all)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
