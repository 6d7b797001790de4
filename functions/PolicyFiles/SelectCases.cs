using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles;

/// <summary>Answers what the tag rules of a policy select, one JSON line for one JSON line: the core of <c>cdctl select</c>.</summary>
public static class SelectCases
{
    private const int LengthMax = 8 << 20;
    private const int TagsMax = 100_000;

    private static readonly Key SpecKey = new("spec", new Form.Mapping(TagModel.Shape), "The tag rules.") { Required = true };

    private static readonly Key TagsKey = new("tags", new Form.List(Texts.Any, "a tag", MayBeEmpty: true), "The tags.") { Required = true };

    private static readonly Key CurrentKey = new("current", Texts.Any, "The tag that runs.");

    private static readonly Shape Case = new("the case", "Case", "Tag rules and what they are asked about.", SpecKey, TagsKey, CurrentKey);

    // Comments and trailing commas are not JSON; a key twice is a mistake whose meaning nobody knows.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    // Nothing here is written into a page; people read '<' better than \u003C.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The answer to <c>{"spec": {…}, "tags": ["…"], "current": "…"}</c>: <c>spec</c> has allowTags, ignoreTags, filterTags and policy as
    /// in a pipeline, the tags count as first seen in the order of the list, one second apart, and <c>current</c> is the tag that runs,
    /// absent or null where none does.
    /// </summary>
    /// <returns>
    /// <c>{"selected": tag or null, "reason": code, "error": sentence or null}</c> without a line break. The reason is <c>tag.selected</c>,
    /// the code of the error, the code that most refusals share, or <c>tags.none</c>. A line that cannot be read is answered with an error.
    /// </returns>
    public static string Answer(string jsonLine)
    {
        var answer = Judge(jsonLine);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            writer.WriteString("selected", answer.Selected);
            writer.WriteString("reason", answer.Code);
            writer.WriteString("error", answer.Error);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static Outcome Judge(string line)
    {
        if (line.Length > LengthMax)
            return Outcome.Unreadable($"the line has {line.Length} characters, where {LengthMax} are possible");
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            return Judge(document.RootElement);
        }
        catch (JsonException problem)
        {
            return Outcome.Unreadable($"this is no JSON of one object: byte {problem.BytePositionInLine + 1}, {Reworded(problem)}");
        }
        catch (InvalidOperationException)
        {
            return Outcome.Unreadable("a text of the line is no Unicode: half of a surrogate pair stands alone");
        }
    }

    private static Outcome Judge(JsonElement root)
    {
        var problems = new ProblemList("select");
        if (Fields.Of(JsonNodes.Of(root), Case, problems) is not { } fields)
            return Outcome.Of(problems);

        var spec = fields.Mapping(SpecKey) is { } keys ? TagsPart.Read(keys, problems) : null;
        var tags = Tags(fields, problems);
        var current = fields.Node(CurrentKey) is { } running and not YamlNode.Scalar { IsNull: true }
            ? Tag(running, "current", problems)
            : null;
        return problems.Errors > 0 || spec is null ? Outcome.Of(problems) : Outcome.Of(spec.Select(tags, current));
    }

    private static List<SeenTag> Tags(Fields fields, ProblemList problems)
    {
        var tags = new List<SeenTag>();
        if (fields.Node(TagsKey) is not { } node)
            return tags;
        if (node is not YamlNode.Sequence list || list.Items.Length > TagsMax)
        {
            problems.Error(node.At, "policy.type", $"'tags' is {node.Kind}, where a list of at most {TagsMax} texts is needed");
            return tags;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (Tag(item, "an item of tags", problems) is not { } tag)
                continue;
            if (!seen.Add(tag))
                problems.Error(item.At, "policy.value", $"the tag {Excerpt.Of(tag)} stands twice in 'tags'");
            tags.Add(new(tag, DateTimeOffset.UnixEpoch.AddSeconds(tags.Count)));
        }
        return tags;
    }

    // Unlike a text of a policy, a tag may be empty or hold anything: that is for the rules to judge.
    private static string? Tag(YamlNode node, string what, ProblemList problems) =>
        node is YamlNode.Scalar { IsNull: false, IsNumber: false, Boolean: null } scalar ? scalar.Text : problems.Text(node, what);

    private static string Reworded(JsonException problem) =>
        problem.Message.Split(". ", 2)[0].Split(" LineNumber", 2)[0].TrimEnd('.');

    private sealed record Outcome(string? Selected, string Code, string? Error)
    {
        public static Outcome Unreadable(string sentence) => new(null, "case.unreadable", sentence);

        public static Outcome Of(ProblemList problems)
        {
            var errors = problems.Sorted.Where(problem => problem.Level == ProblemLevel.Error).ToList();
            return new(null, errors[0].Code, string.Join("; ", errors.Take(10).Select(problem => problem.Sentence)));
        }

        public static Outcome Of(Selection selection) => selection switch
        {
            { Error: { } error } => new(null, error.Code, error.Sentence),
            { Best: { } best } => new(best, "tag.selected", null),
            { Refused.IsEmpty: true } => new(null, "tags.none", null),
            _ => new(null, MostShared(selection.Refused.Values), null),
        };

        private static string MostShared(IEnumerable<Reason> reasons) => reasons.GroupBy(reason => reason.Code)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).First().Key;
    }
}
