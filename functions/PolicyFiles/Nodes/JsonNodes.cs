using System.Text.Json;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>
/// Makes of JSON the nodes that the same text would give as YAML. Positions are all 1:1: JSON of one line has nothing to point at.
/// </summary>
internal static class JsonNodes
{
    private static readonly Position Start = new(1, 1);

    /// <summary>The same, or null where there are more values than so many; they are counted before a node is made.</summary>
    public static YamlNode? Of(JsonElement element, int valuesMax) => Count(element, valuesMax) > valuesMax ? null : Of(element);

    /// <summary>The node of an element; the depth is bounded by the parser of the document, duplicate keys were refused by it.</summary>
    public static YamlNode Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new YamlNode.Mapping(Start,
            [.. element.EnumerateObject().Select(member => new YamlNode.Entry(new(Start, member.Name, plain: false), Of(member.Value)))]),
        JsonValueKind.Array => new YamlNode.Sequence(Start, [.. element.EnumerateArray().Select(item => Of(item))]),
        JsonValueKind.String => new YamlNode.Scalar(Start, element.GetString()!, plain: false),
        _ => new YamlNode.Scalar(Start, element.GetRawText(), plain: true),
    };

    private static int Count(JsonElement element, int enough)
    {
        var count = 1;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                if ((count += Count(member.Value, enough - count)) > enough)
                    break;
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if ((count += Count(item, enough - count)) > enough)
                    break;
            }
        }
        return count;
    }
}
