using System.Collections.Immutable;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>A key of the language.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Form">What its value looks like.</param>
/// <param name="Description">What it means, for whoever writes a policy.</param>
internal sealed record Key(string Name, Form Form, string Description)
{
    /// <summary>Whether it must be there.</summary>
    public bool Required { get; init; }

    /// <summary>The value that counts where the key is left out, as it would be written, or null.</summary>
    public string? Default { get; init; }

    /// <summary>Values as JSON, e.g. <c>"30m"</c>.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];
}

/// <summary>One of the ways in which a mapping can be written; exactly one of them is taken.</summary>
/// <param name="Leads">Keys by which it is known.</param>
internal sealed record Variant(params ImmutableArray<string> Leads)
{
    /// <summary>Whether every lead must be there, and not one of them only.</summary>
    public bool All { get; init; }

    /// <summary>Keys that are only possible in this way.</summary>
    public ImmutableArray<string> Companions { get; init; } = [];

    /// <summary>What to say to whoever writes a companion alone, after a semicolon.</summary>
    public string? Hint { get; init; }

    /// <summary>Every key that belongs to it.</summary>
    public IEnumerable<string> Keys => Leads.Concat(Companions);

    /// <inheritdoc/>
    public override string ToString() => string.Join(All ? " with " : " or ", Leads.Select(lead => $"'{lead}'"));
}

/// <summary>A mapping of the language: the keys that are possible, and which of them go together.</summary>
internal sealed class Shape
{
    private readonly ImmutableDictionary<string, Key> _byName;

    /// <param name="what">In sentences, e.g. <c>a target</c>.</param>
    /// <param name="title">A heading.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="keys">In the order in which they are told and written.</param>
    public Shape(string what, string title, string description, params ImmutableArray<Key> keys)
    {
        (What, Title, Description, Keys) = (what, title, description, keys);
        _byName = keys.ToImmutableDictionary(key => key.Name, StringComparer.Ordinal);
        Names = [.. keys.Select(key => key.Name)];
    }

    /// <summary>In sentences.</summary>
    public string What { get; }

    /// <summary>A heading.</summary>
    public string Title { get; }

    /// <summary>What it is for.</summary>
    public string Description { get; }

    /// <summary>In order.</summary>
    public ImmutableArray<Key> Keys { get; }

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The ways of writing it; empty where there is only one.</summary>
    public ImmutableArray<Variant> Variants { get; init; } = [];

    /// <summary>Keys of which one at least must be there; empty where none must.</summary>
    public ImmutableArray<string> OneAtLeast { get; init; } = [];

    /// <summary>Whether the language has the key here.</summary>
    public bool Has(string key) => _byName.ContainsKey(key);
}

/// <summary>Words of the language with what they mean; each stands for one value.</summary>
internal sealed class Vocabulary<T>
    where T : struct
{
    private readonly ImmutableArray<(string Word, T Value)> _all;
    private readonly Dictionary<string, T> _values;

    public Vocabulary(params ImmutableArray<(string Word, T Value)> all) =>
        (_all, _values) = (all, all.ToDictionary(pair => pair.Word, pair => pair.Value, StringComparer.Ordinal));

    /// <summary>In order.</summary>
    public ImmutableArray<string> Words => [.. _all.Select(pair => pair.Word)];

    /// <summary>What they stand for, in order.</summary>
    public IEnumerable<T> Values => _all.Select(pair => pair.Value);

    /// <summary>As the value of a key.</summary>
    public Form.Words Form => new(Words);

    /// <summary>What a word means.</summary>
    public bool TryGetValue(string word, out T value) => _values.TryGetValue(word, out value);

    /// <summary>The word for a value.</summary>
    public string WordOf(T value) => _all.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Word;
}
