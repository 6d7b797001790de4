using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>What the value of a key looks like. Readers and the schema both go by it. The family is closed.</summary>
internal abstract record Form
{
    private Form() { }

    /// <summary>A text of one value.</summary>
    public sealed record Text : Form
    {
        private readonly Lazy<Regex>? _shape;

        /// <param name="pattern">What the whole text is like, in what .NET and ECMAScript read alike, without anchors; null for anything.</param>
        /// <param name="wanted">For sentences: what it is to be.</param>
        /// <param name="longest">Characters; said here, for a pattern that counts far takes an automaton as large.</param>
        public Text(string? pattern = null, string wanted = "a text", int? longest = null)
        {
            (Pattern, Wanted, Longest) = (pattern, wanted, longest);
            _shape = pattern is null
                ? null
                : new(() => new Regex($@"^(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }

        /// <summary>Without anchors, or null.</summary>
        public string? Pattern { get; }

        /// <summary>What it is to be.</summary>
        public string Wanted { get; }

        /// <summary>Characters, or null where any number is possible.</summary>
        public int? Longest { get; }

        /// <summary>Whether a text is like that.</summary>
        public bool Fits(string text) => !(text.Length > Longest) && _shape?.Value.IsMatch(text) != false;
    }

    /// <summary>One of several words.</summary>
    public sealed record Words(ImmutableArray<string> All) : Form;

    /// <summary>True or false.</summary>
    public sealed record Flag : Form;

    /// <summary>A whole number within two bounds, both possible.</summary>
    public sealed record Whole(int Least, int Most) : Form;

    /// <summary>A span of time within two bounds, both possible.</summary>
    public sealed record Duration(TimeSpan Least, TimeSpan Most) : Form;

    /// <summary>A share from 0 to 100 percent.</summary>
    public sealed record Percent : Form;

    /// <summary>Days of the week: a text such as <c>mon-thu</c>, or a list.</summary>
    public sealed record Days : Form;

    /// <summary>A list.</summary>
    /// <param name="Item">What stands in it.</param>
    /// <param name="ItemName">An item, for sentences, e.g. <c>a stage</c>.</param>
    /// <param name="MayBeEmpty">Whether there may be none.</param>
    /// <param name="Hint">What to do instead of writing an empty list, or null.</param>
    public sealed record List(Form Item, string ItemName, bool MayBeEmpty = false, string? Hint = null) : Form;

    /// <summary>Names of the author's choice, each with a value.</summary>
    public sealed record Named(Text Name, Shape Value) : Form;

    /// <summary>A mapping of known keys.</summary>
    public sealed record Mapping(Shape Shape) : Form;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<Text, T> text,
        Func<Words, T> words,
        Func<Flag, T> flag,
        Func<Whole, T> whole,
        Func<Duration, T> duration,
        Func<Percent, T> percent,
        Func<Days, T> days,
        Func<List, T> list,
        Func<Named, T> named,
        Func<Mapping, T> mapping) => this switch
        {
            Text it => text(it),
            Words it => words(it),
            Flag it => flag(it),
            Whole it => whole(it),
            Duration it => duration(it),
            Percent it => percent(it),
            Days it => days(it),
            List it => list(it),
            Named it => named(it),
            Mapping it => mapping(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
