using YamlDotNet.RepresentationModel;

namespace CdAutomation.Stories;

/// <summary>One story of a file: policies, then what happens and what is expected, in order.</summary>
/// <param name="File">Name of the file, without its ending.</param>
/// <param name="Name">The sentence that it proves.</param>
/// <param name="Policy">The policies, as they stand in git.</param>
/// <param name="Steps">In order: a word, and what it is about.</param>
internal sealed record StoryFile(string File, string Name, string Policy, IReadOnlyList<(string Word, YamlNode About)> Steps)
{
    public static IEnumerable<StoryFile> All() => Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "stories"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(Of);

    private static IEnumerable<StoryFile> Of(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(System.IO.File.ReadAllText(path)));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var common = root.Children.TryGetValue("policy", out var policy) ? policy.ToString() : null;
        return ((YamlSequenceNode)root["stories"]).Children.Cast<YamlMappingNode>().Select(story => new StoryFile(
            Path.GetFileNameWithoutExtension(path),
            story["name"].ToString(),
            story.Children.TryGetValue("policy", out var own) ? own.ToString() : common ?? throw new InvalidDataException($"{path}: a story without a policy"),
            [.. ((YamlSequenceNode)story["steps"]).Children.Select(Step)]));
    }

    private static (string, YamlNode) Step(YamlNode step) => step switch
    {
        YamlScalarNode word => (word.Value!, new YamlScalarNode("")),
        YamlMappingNode { Children.Count: 1 } mapping => (mapping.Children.First().Key.ToString(), mapping.Children.First().Value),
        _ => throw new InvalidDataException($"line {step.Start.Line}: a step is a word, or one word with what it is about"),
    };

    public override string ToString() => $"{File}: {Name}";
}
