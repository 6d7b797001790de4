using System.Collections.Immutable;
using System.Text;
using CdAutomation.Domain.Images;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>A document that is not empty.</summary>
/// <param name="Root">Its value.</param>
/// <param name="Sound">No key of it was reported and left out.</param>
internal sealed record YamlDocument(YamlNode Root, bool Sound);

/// <summary>
/// Reads the documents of a file from the parser's events, with limits: a hostile file must cost neither the stack nor the memory of
/// the process, so depth and count are looked at before a node is made, and nothing is ever expanded.
/// </summary>
internal static class YamlDocuments
{
    private const int BytesMax = 1 << 20;
    private const int DepthMax = 32;
    private const int NodesMax = 20_000;

    /// <summary>The documents that are not empty; what cannot be read becomes a problem, and the file ends there.</summary>
    public static ImmutableArray<YamlDocument> Read(string text, ProblemList problems)
    {
        if (text.Length > BytesMax || Encoding.UTF8.GetByteCount(text) > BytesMax)
        {
            problems.Error(new(1, 1), "policy.size", $"the file is larger than {BytesMax} bytes");
            return [];
        }
        if (text.IndexOf('\0', StringComparison.Ordinal) is var nul and >= 0)
        {
            problems.Error(PositionOf(text, nul), "policy.syntax", "a NUL character stands in the file, which is no text then");
            return [];
        }

        // A byte order mark is no content.
        var scanner = new Scanner(new StringReader(text.TrimStart('\uFEFF')), skipComments: true);
        var parser = new Parser(scanner);
        var documents = ImmutableArray.CreateBuilder<YamlDocument>();
        var builder = new DocumentBuilder(problems);
        while (TryMoveNext(parser, scanner, problems) && builder.TryAdd(parser.Current!, PositionOf(parser.Current!.Start), documents))
        {
        }
        return documents.ToImmutable();
    }

    // Nothing but the library's step stands in the try block: an ArgumentException of ours must stay a bug that is seen.
    private static bool TryMoveNext(Parser parser, Scanner scanner, ProblemList problems)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException problem)
        {
            // Of a tab the library tells where the mapping around it begins.
            var at = problem.Message.Contains("tab as indentation", StringComparison.Ordinal) ? scanner.CurrentPosition : problem.Start;
            problems.Error(PositionOf(at), "policy.syntax", $"this is no YAML: {OneLine(problem.Message)}");
        }
        catch (InvalidOperationException)
        {
            problems.Error(PositionOf(scanner.CurrentPosition), "policy.syntax",
                "this is no YAML: a list or mapping in brackets is not closed before this place");
        }
        catch (ArgumentException)
        {
            // Escapes beyond Unicode (\UFFFFFFFF) and tags that are no URIs.
            problems.Error(PositionOf(scanner.CurrentPosition), "policy.syntax",
                "this is no YAML: before this place stands an escape that is no character, or a malformed tag");
        }
        return false;
    }

    private static Position PositionOf(Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private static Position PositionOf(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return new(before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }

    private static string OneLine(string message) => Excerpt.Of(message).Trim('\'');

    private sealed class DocumentBuilder(ProblemList problems)
    {
        private readonly Stack<Frame> _open = new();
        private int _nodes;
        private int _errorsBefore;

        /// <summary>Takes an event; false where the file must not be read further.</summary>
        public bool TryAdd(ParsingEvent one, Position at, ImmutableArray<YamlDocument>.Builder documents)
        {
            if (one is NodeEvent node && Objection(node) is { } objection)
            {
                problems.Error(at, objection.Code, objection.Sentence);
                return false;
            }

            switch (one)
            {
                case DocumentStart:
                    _errorsBefore = problems.Errors;
                    break;
                case AnchorAlias:
                    problems.Error(at, "policy.alias", "an alias stands here; write the value out");
                    return false;
                case MappingStart:
                    _open.Push(new Frame(at, isMapping: true));
                    break;
                case SequenceStart:
                    _open.Push(new Frame(at, isMapping: false));
                    break;
                case Scalar scalar:
                    Place(new YamlNode.Scalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain), documents);
                    break;
                case MappingEnd or SequenceEnd:
                    Place(_open.Pop().Close(), documents);
                    break;
            }
            return true;
        }

        private (string Code, string Sentence)? Objection(NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
                return ("policy.anchor", "an anchor stands here; write the value out where it is needed");
            if (!node.Tag.IsEmpty)
                return ("policy.yamlTag", $"the YAML tag {Excerpt.Of(node.Tag.ToString())} stands here; the language has none");
            if (_open.Count > DepthMax)
                return ("policy.depth", $"values are nested deeper than {DepthMax} levels");
            return ++_nodes > NodesMax ? ("policy.nodes", $"the file has more than {NodesMax} values") : null;
        }

        private void Place(YamlNode node, ImmutableArray<YamlDocument>.Builder documents)
        {
            if (_open.TryPeek(out var frame))
                frame.Take(node, problems);
            else if (node is not YamlNode.Scalar { IsNull: true })
                documents.Add(new(node, problems.Errors == _errorsBefore));
        }
    }

    private sealed class Frame(Position at, bool isMapping)
    {
        private readonly ImmutableArray<YamlNode>.Builder _items = ImmutableArray.CreateBuilder<YamlNode>();
        private readonly ImmutableArray<YamlNode.Entry>.Builder _entries = ImmutableArray.CreateBuilder<YamlNode.Entry>();
        private readonly Dictionary<string, Position> _keys = new(StringComparer.Ordinal);
        private bool _hasKey;
        private YamlNode.Scalar? _key;

        public YamlNode Close() => isMapping
            ? new YamlNode.Mapping(at, _entries.ToImmutable())
            : new YamlNode.Sequence(at, _items.ToImmutable());

        public void Take(YamlNode node, ProblemList problems)
        {
            if (!isMapping)
                _items.Add(node);
            else if (!_hasKey)
                (_hasKey, _key) = (true, Key(node, problems));
            else
            {
                if (_key is not null)
                    _entries.Add(new(_key, node));
                (_hasKey, _key) = (false, null);
            }
        }

        // A key that cannot be used is reported and left out with its value, so that the rest is still read.
        private YamlNode.Scalar? Key(YamlNode node, ProblemList problems)
        {
            if (node is not YamlNode.Scalar key)
            {
                problems.Error(node.At, "policy.type", $"a key is {node.Kind}, where keys are texts");
                return null;
            }
            if (_keys.TryAdd(key.Text, key.At))
                return key;

            problems.Error(key.At, "policy.duplicateKey",
                $"the key {Excerpt.Of(key.Text)} stands here again, after line {_keys[key.Text].Line}");
            return null;
        }
    }
}
