using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>
/// The keys of one mapping. Made with the shape that is to stand there, it reports at once every key that is too much, missing or in
/// conflict; what is asked of it later is null where nothing usable is there, so that reading goes on and all problems are found.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, YamlNode.Entry> _entries;
    private readonly ProblemList _problems;
    private readonly YamlNode _node;

    private Fields(YamlNode.Mapping node, ProblemList problems)
    {
        (_node, _problems) = (node, problems);
        _entries = node.Entries.ToDictionary(entry => entry.Key.Text, StringComparer.Ordinal);
    }

    /// <summary>Where the mapping begins.</summary>
    public Position At => _node.At;

    /// <summary>The keys of a mapping, or null where the node is none.</summary>
    /// <param name="node">What stands in the file.</param>
    /// <param name="shape">What is to stand there.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static Fields? Of(YamlNode node, Shape shape, ProblemList problems)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            var wanted = shape.Names is [] ? "{}" : $"a mapping with {string.Join(", ", shape.Names)}";
            problems.Error(node.At, "policy.type", $"{shape.What} is {node.Kind}, where {wanted} is needed");
            return null;
        }

        foreach (var key in mapping.Entries.Select(entry => entry.Key).Where(key => !shape.Has(key.Text)))
            problems.Error(key.At, "policy.unknownKey",
                $"{shape.What} has no key {Excerpt.Of(key.Text)}{(problems.IsFull ? "" : Nearest.Suggest(key.Text, shape.Names))}");

        var fields = new Fields(mapping, problems);
        foreach (var key in shape.Keys.Where(key => key.Required && !fields.Has(key)))
            problems.Error(fields.At, "policy.missingKey", $"{shape.What} needs '{key.Name}'");
        if (shape.OneAtLeast is not [] && !shape.OneAtLeast.Any(fields.Has))
            problems.Error(fields.At, "policy.missingKey", $"{shape.What} needs {Choice(shape.OneAtLeast)}");
        if (shape.Variants is not [])
            fields.CheckVariants(shape);
        return fields;
    }

    /// <summary>Whether the key is there.</summary>
    public bool Has(Key key) => Has(key.Name);

    /// <summary>Where the key stands, or the mapping where it is missing.</summary>
    public Position KeyAt(Key key) => KeyAt(key.Name);

    /// <summary>Where the value of the key stands, or the mapping where it is missing.</summary>
    public Position ValueAt(Key key) => Node(key)?.At ?? At;

    /// <summary>The value of a key as it stands there, or null where it is missing.</summary>
    public YamlNode? Node(Key key) => _entries.TryGetValue(key.Name, out var entry) ? entry.Value : null;

    /// <summary>A text of the key's form.</summary>
    public string? Text(Key key) => Node(key) is { } node ? _problems.Text(node, key.Name, (Form.Text)key.Form) : null;

    /// <summary>One of the key's words.</summary>
    public string? Word(Key key) => Node(key) is { } node ? _problems.Word(node, key.Name, ((Form.Words)key.Form).All) : null;

    /// <summary>The meaning of one of the key's words.</summary>
    public T? Choice<T>(Key key, Vocabulary<T> words)
        where T : struct => Word(key) is { } word && words.TryGetValue(word, out var value) ? value : null;

    /// <summary>True or false.</summary>
    public bool? Flag(Key key) => Node(key) is { } node ? _problems.Flag(node, key.Name) : null;

    /// <summary>A number within the key's bounds.</summary>
    public int? Whole(Key key) => Node(key) is { } node ? _problems.Whole(node, key.Name, (Form.Whole)key.Form) : null;

    /// <summary>A span within the key's bounds.</summary>
    public TimeSpan? Duration(Key key) => Node(key) is { } node ? _problems.Duration(node, key.Name, (Form.Duration)key.Form) : null;

    /// <summary>A share, from 0 to 1.</summary>
    public decimal? Share(Key key) => Node(key) is { } node ? _problems.Share(node, key.Name) : null;

    /// <summary>The items of a list.</summary>
    public ImmutableArray<YamlNode> Items(Key key) => Node(key) is { } node ? _problems.Items(node, key.Name, (Form.List)key.Form) : [];

    /// <summary>The texts of a list; those that are none are reported and left out.</summary>
    public ImmutableArray<(string Text, Position At)> Texts(Key key)
    {
        var form = key.Form is Form.List { Item: Form.Text text } ? text : throw new ArgumentException($"{key.Name} is no list of texts.", nameof(key));
        return
        [
            .. Items(key).Select(item => (Text: _problems.Text(item, $"an item of {key.Name}", form), item.At))
                .Where(item => item.Text is not null).Select(item => (item.Text!, item.At)),
        ];
    }

    /// <summary>The keys of a mapping that stands as a value.</summary>
    public Fields? Mapping(Key key) => Node(key) is { } node ? Of(node, ((Form.Mapping)key.Form).Shape, _problems) : null;

    private bool Has(string key) => _entries.ContainsKey(key);

    private Position KeyAt(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key.At : At;

    private void CheckVariants(Shape shape)
    {
        var taken = shape.Variants.Where(variant => variant.Leads.Any(Has)).ToArray();
        if (taken is [])
            ReportNone(shape);
        else if (taken is [_, var second, ..])
            _problems.Error(KeyAt(second.Leads.First(Has)), "policy.conflict", $"{shape.What} has {Both(shape, taken)}, where exactly one can rule");
        foreach (var lead in taken.Where(variant => variant.All).SelectMany(variant => variant.Leads).Where(lead => !Has(lead)))
            _problems.Error(At, "policy.missingKey", $"{shape.What} needs '{lead}'");

        foreach (var variant in shape.Variants.Except(taken))
        {
            foreach (var companion in variant.Companions.Where(Has))
                _problems.Error(KeyAt(companion), "policy.conflict",
                    $"'{companion}' goes with {variant}{(variant.Hint is null ? "" : $"; {variant.Hint}")}");
        }
    }

    private void ReportNone(Shape shape)
    {
        if (shape.Variants.SelectMany(variant => variant.Companions).Any(Has))
            return;
        if (shape.Variants is [var one, var other])
            _problems.Error(At, "policy.missingKey", $"{shape.What} needs {one} or {other}");
        else
            _problems.Error(At, "policy.conflict",
                $"{shape.What} needs one of {string.Join(", ", shape.Variants.SelectMany(variant => variant.Leads))}");
    }

    private string Both(Shape shape, IReadOnlyList<Variant> taken)
    {
        var leads = taken.Select(variant => variant.Leads.First(Has));
        return shape.Variants.Length == 2
            ? $"both {string.Join(" and ", leads.Select(lead => $"'{lead}'"))}"
            : string.Join(" and ", leads);
    }

    private static string Choice(IEnumerable<string> keys) => string.Join(" or ", keys.Select(key => $"'{key}'"));
}
