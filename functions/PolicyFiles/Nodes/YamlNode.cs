using System.Collections.Immutable;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Where something stands; both from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>A value of a document with its place. Anchors, aliases and tags have been refused before one exists.</summary>
internal abstract class YamlNode
{
    private YamlNode(Position at) => At = at;

    /// <summary>Where the value begins.</summary>
    public Position At { get; }

    /// <summary>What it is, for a sentence.</summary>
    public abstract string Kind { get; }

    /// <summary>A single value.</summary>
    internal sealed class Scalar(Position at, string text, bool plain) : YamlNode(at)
    {
        /// <summary>Unescaped.</summary>
        public string Text { get; } = text;

        /// <summary>Nothing was written; never true of a quoted value.</summary>
        public bool IsNull => plain && Text is "" or "~" or "null" or "Null" or "NULL";

        /// <summary>True or false, or null where it is neither (YAML 1.2 core schema, so <c>yes</c> and <c>on</c> are texts).</summary>
        public bool? Boolean => !plain ? null : Text switch
        {
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => null,
        };

        /// <summary>A number by the core schema; what looks like one is no text unless it is quoted.</summary>
        public bool IsNumber => plain && Numbers.Matches(Text);

        /// <inheritdoc/>
        public override string Kind => IsNull ? "nothing" : Boolean is not null ? "true or false" : IsNumber ? "a number" : "a text";
    }

    /// <summary>A list.</summary>
    internal sealed class Sequence(Position at, ImmutableArray<YamlNode> items) : YamlNode(at)
    {
        /// <summary>In order.</summary>
        public ImmutableArray<YamlNode> Items { get; } = items;

        /// <inheritdoc/>
        public override string Kind => "a list";
    }

    /// <summary>Keys with values; a key written twice has been reported and stands here once.</summary>
    internal sealed class Mapping(Position at, ImmutableArray<Entry> entries) : YamlNode(at)
    {
        /// <summary>In the order of the file.</summary>
        public ImmutableArray<Entry> Entries { get; } = entries;

        /// <inheritdoc/>
        public override string Kind => "a mapping";
    }

    /// <summary>A key with its value.</summary>
    internal sealed record Entry(Scalar Key, YamlNode Value);
}
