using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace CdAutomation.Infra.Tests.Providers;

/// <summary>
/// Reads the schema of one type out of the published typings of its provider (npm <c>@cdktf/provider-google</c>, generated from the
/// provider's own schema). The <c>.d.ts</c> file says what must be set and what may be there more than once; the <c>.js</c> file beside it
/// has Terraform's names, their types, and what is a block.
/// </summary>
internal sealed partial class Typings
{
    private readonly string _program;
    private readonly Dictionary<string, int> _functions;
    private readonly IReadOnlySet<string> _words;
    private readonly Dictionary<string, Dictionary<string, (bool Required, bool Many)>> _interfaces;

    private Typings(string folder, IReadOnlySet<string> words)
    {
        _words = words;
        _program = TextOf(folder, ".js");
        _functions = Function().Matches(_program).ToDictionary(it => it.Groups["type"].Value, it => it.Index, StringComparer.OrdinalIgnoreCase);
        _interfaces = Interface().Matches(TextOf(folder, ".d.ts")).ToDictionary(
            it => it.Groups["name"].Value,
            it => Property().Matches(it.Groups["body"].Value).ToDictionary(
                property => property.Groups["name"].Value,
                property => (!property.Groups["optional"].Success, property.Groups["type"].Value.Contains("[]", StringComparison.Ordinal)),
                StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The schema of the type whose typings are in a folder.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="words">
    /// Every word of the configurations. An optional block that none of them names is left out: a dashboard's has thousands.
    /// </param>
    public static Block Read(string folder, IReadOnlySet<string> words)
    {
        var typings = new Typings(folder, words);
        var start = Synthesis().Match(typings._program);
        if (!start.Success)
            throw new FormatException($"{folder}: no type is described as expected");
        var name = Class().Matches(typings._program).Last().Groups["name"].Value;
        var block = typings.Read($"{name}Config", start.Groups["body"].Value);
        var given = block.Arguments.Select(it => it.Name).Concat(block.Blocks.Select(it => it.Name)).ToHashSet();
        return block with { Arguments = [.. block.Arguments, .. typings.Computed().Where(it => !given.Contains(it.Name))] };
    }

    // Large types have their parts in files of their own; the type itself is last.
    private static string TextOf(string folder, string ending) => string.Join('\n', Directory
        .EnumerateFiles(folder, "*" + ending, SearchOption.AllDirectories)
        .OrderBy(it => Path.GetDirectoryName(it) == folder).ThenBy(it => it, StringComparer.Ordinal)
        .Select(File.ReadAllText));

    private Block Read(string type, string body)
    {
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        var blocks = ImmutableArray.CreateBuilder<InnerBlock>();
        foreach (Match entry in Entry().Matches(body))
        {
            var (name, storage) = (entry.Groups["name"].Value, entry.Groups["storage"].Value);
            var (required, many) = PropertyOf(type, name.Replace("_", "", StringComparison.Ordinal));
            if (entry.Groups["block"].Value == "true")
            {
                if (!required && !_words.Contains(name))
                    continue;
                var nesting = entry.Groups["type"].Value switch { "struct" => Nesting.Single, "set" => Nesting.Set, _ => Nesting.List };
                blocks.Add(new(name, nesting, required, many, Inner(nesting == Nesting.Single ? storage : storage[..^"List".Length])));
            }
            else
            {
                // Terraform gives every resource an id, and the typings offer to set it.
                var use = required ? Use.Required : name == "id" ? Use.OptionalComputed : Use.Optional;
                arguments.Add(new(name, TypeOf(storage, entry.Groups["type"].Value), use));
            }
        }

        return new(arguments.ToImmutable(), blocks.ToImmutable());
    }

    // A name that would mean something else to the typings' own classes has a word behind it there.
    private (bool Required, bool Many) PropertyOf(string type, string name) =>
        _interfaces[type].TryGetValue(name, out var property) ? property : _interfaces[type][$"{name}Attribute"];

    private Block Inner(string type)
    {
        if (!_functions.TryGetValue(type, out var at))
            throw new FormatException($"{type} is not described");
        var end = _program.IndexOf("\n}\n", at, StringComparison.Ordinal);
        return Read(type, _program[at..end]);
    }

    private IEnumerable<Argument> Computed()
    {
        var resource = _program[_program.LastIndexOf("\nclass ", StringComparison.Ordinal)..];
        return Plain().Matches(resource)
            .Select(it => new Argument(it.Groups["name"].Value, ComputedType(it.Groups["kind"].Value), Use.Computed))
            .Concat(Complex().Matches(resource).Select(it => new Argument(it.Groups["name"].Value, "\"dynamic\"", Use.Computed)))
            .DistinctBy(it => it.Name);
    }

    private static string TypeOf(string storage, string kind) => (storage, kind) switch
    {
        ("string", "simple") => "\"string\"",
        ("number", "simple") => "\"number\"",
        ("boolean", "simple") => "\"bool\"",
        ("stringList", "list" or "set") => $"""["{kind}","string"]""",
        ("numberList", "list" or "set") => $"""["{kind}","number"]""",
        ("stringMap", "map") => """["map","string"]""",
        _ => "\"dynamic\"",
    };

    private static string ComputedType(string kind) => kind switch
    {
        "String" => "\"string\"",
        "Number" => "\"number\"",
        "Boolean" => "\"bool\"",
        _ => "\"dynamic\"",
    };

    [GeneratedRegex(@"^function (?<type>\w+)ToHclTerraform\(", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex(@"export interface (?<name>\w+)[^{]*\{(?<body>.*?)\n\}", RegexOptions.Singleline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"^    readonly (?<name>\w+)(?<optional>\?)?: (?<type>[^\n]*)", RegexOptions.Multiline)]
    private static partial Regex Property();

    [GeneratedRegex(@"^class (?<name>\w+) extends cdktf\.Terraform", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"    synthesizeHclAttributes\(\) \{(?<body>.*?)\n    \}\n", RegexOptions.Singleline)]
    private static partial Regex Synthesis();

    [GeneratedRegex("""
        ^ +(?<name>\w+): \{\s+value: [^\n]*,\s+isBlock: (?<block>true|false),\s+type: "(?<type>\w+)",\s+storageClassType: "(?<storage>\w+)",
        """, RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"return this\.get(?<kind>String|Number|Boolean|List|StringMap|BooleanMap|NumberList)Attribute\('(?<name>\w+)'\)")]
    private static partial Regex Plain();

    [GeneratedRegex("""this\._\w+ = new \w+\(this, "(?<name>\w+)", \w+\)""")]
    private static partial Regex Complex();
}
