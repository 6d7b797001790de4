using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>
/// The keys of one mapping. Made with the words that are possible there, it reports every other one at once; what is asked of it later
/// is null where a problem has been reported, so that reading goes on and all problems are found.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, YamlNode.Entry> _entries;
    private readonly ProblemList _problems;
    private readonly YamlNode _node;
    private readonly string _what;

    private Fields(YamlNode.Mapping node, string what, ProblemList problems)
    {
        (_node, _what, _problems) = (node, what, problems);
        _entries = node.Entries.ToDictionary(entry => entry.Key.Text, StringComparer.Ordinal);
    }

    /// <summary>Where the mapping begins.</summary>
    public Position At => _node.At;

    /// <summary>The keys of a mapping, or null where the node is none.</summary>
    /// <param name="node">What stands in the file.</param>
    /// <param name="what">What it is to be, for sentences, e.g. <c>a target</c>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="known">The keys that are read.</param>
    /// <param name="later">Keys of the language that this version does not carry out.</param>
    public static Fields? Of(YamlNode node, string what, ProblemList problems, string[] known, string[]? later = null)
    {
        if (node is not YamlNode.Mapping mapping)
        {
            var wanted = known is [] ? "{}" : $"a mapping with {string.Join(", ", known)}";
            problems.Error(node.At, "policy.type", $"{what} is {node.Kind}, where {wanted} is needed");
            return null;
        }

        foreach (var key in mapping.Entries.Select(entry => entry.Key))
        {
            if (later?.Contains(key.Text) == true)
                problems.Later(key);
            else if (!known.Contains(key.Text))
                problems.Error(key.At, "policy.unknownKey",
                    $"{what} has no key {Excerpt.Of(key.Text)}{Nearest.Suggest(key.Text, [.. known, .. later ?? []])}");
        }
        return new Fields(mapping, what, problems);
    }

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => _entries.ContainsKey(key);

    /// <summary>Where the key stands, or the mapping where it is missing.</summary>
    public Position KeyAt(string key) => _entries.TryGetValue(key, out var entry) ? entry.Key.At : At;

    /// <summary>A key that is there.</summary>
    public YamlNode.Scalar Key(string key) => _entries[key].Key;

    /// <summary>The value of a key that may be missing.</summary>
    public YamlNode? Optional(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : null;

    /// <summary>The value of a key that must be there.</summary>
    public YamlNode? Required(string key)
    {
        if (_entries.TryGetValue(key, out var entry))
            return entry.Value;
        _problems.Error(At, "policy.missingKey", $"{_what} needs '{key}'");
        return null;
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string? RequiredText(string key) => Required(key) is { } node ? _problems.Text(node, key) : null;

    /// <summary>A text that may be missing, but is not empty.</summary>
    public string? OptionalText(string key) => Optional(key) is { } node ? _problems.Text(node, key) : null;

    /// <summary>The texts of a list that may be missing; those that are none are reported and left out.</summary>
    public ImmutableArray<(string Text, Position At)> Texts(string key)
    {
        if (Optional(key) is not { } node)
            return [];
        if (node is not YamlNode.Sequence list)
        {
            _problems.Error(node.At, "policy.type", $"'{key}' is {node.Kind}, where a list of texts is needed");
            return [];
        }
        return [.. list.Items.Select(item => (Text: _problems.Text(item, $"an item of {key}"), item.At))
            .Where(item => item.Text is not null).Select(item => (item.Text!, item.At))];
    }
}
