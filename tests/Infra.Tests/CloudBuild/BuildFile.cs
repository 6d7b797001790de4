using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CdAutomation.Infra.Tests.CloudBuild;

/// <summary>A build configuration of this repository, read as Cloud Build reads it, with what it substitutes.</summary>
internal sealed partial class BuildFile
{
    private readonly JsonObject _build;

    private BuildFile(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        Text = text;
        Json = _build = (JsonObject)Converted(stream.Documents.Single().RootNode)!;
    }

    /// <summary>The absolute path of the repository.</summary>
    public static string Repository { get; } = Path.TrimEndingDirectorySeparator(
        typeof(BuildFile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "RepositoryRoot").Value!);

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>The same as JSON, the other form that Cloud Build takes.</summary>
    public JsonObject Json { get; }

    public IReadOnlyList<BuildStep> Steps => [.. _build["steps"]!.AsArray().Select(it => new BuildStep((JsonObject)it!))];

    /// <summary>User substitutions, as the file gives them.</summary>
    public IReadOnlyDictionary<string, string> Substitutions =>
        (_build["substitutions"] as JsonObject ?? []).ToDictionary(it => it.Key, it => it.Value!.GetValue<string>());

    /// <summary>Variables of all steps, NAME=value.</summary>
    public IReadOnlyList<string> Env => Strings(_build["options"]?["env"]);

    /// <summary>What is pushed when all steps have passed.</summary>
    public IReadOnlyList<string> Images => Strings(_build["images"]);

    /// <param name="file">Relative to the repository.</param>
    public static BuildFile Read(string file) => new(File.ReadAllText(Path.Combine(Repository, file)));

    public static BuildFile Parse(string text) => new(text);

    /// <summary>Puts values in the place of <c>${NAME}</c>, and again where a value names others.</summary>
    public static string Substituted(string text, IReadOnlyDictionary<string, string> values)
    {
        for (var depth = 0; depth < 3; depth++)
            text = Reference().Replace(text, it => values.TryGetValue(it.Groups["name"].Value, out var value) ? value : it.Value);
        return text;
    }

    /// <summary>The names that are substituted in a text.</summary>
    public static IEnumerable<string> Substituting(string text) => Reference().Matches(text).Select(it => it.Groups["name"].Value);

    internal static IReadOnlyList<string> Strings(JsonNode? list) => [.. (list as JsonArray ?? []).Select(it => it!.GetValue<string>())];

    private static JsonNode? Converted(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(it => KeyValuePair.Create(((YamlScalarNode)it.Key).Value!, Converted(it.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Converted)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } number when long.TryParse(number.Value, CultureInfo.InvariantCulture, out var value) => JsonValue.Create(value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"{node.NodeType}"),
    };

    [GeneratedRegex(@"\$\{?(?<name>_?[A-Z][A-Z0-9_]*)\}?")]
    private static partial Regex Reference();
}

/// <summary>A step of a build.</summary>
internal sealed class BuildStep(JsonObject step)
{
    public string Id => $"{step["id"]}";

    public string? Script => step["script"]?.GetValue<string>();

    public IReadOnlyList<string> Args => BuildFile.Strings(step["args"]);

    public IReadOnlyList<string> Env => BuildFile.Strings(step["env"]);

    public bool Has(string key) => step.ContainsKey(key);

    /// <summary>Everything but the script, which nothing is substituted in.</summary>
    public string Substitutable
    {
        get
        {
            var rest = (JsonObject)step.DeepClone();
            rest.Remove("script");
            return rest.ToJsonString();
        }
    }
}
