namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary><c>allowTags</c>, <c>ignoreTags</c>, <c>filterTags</c> and <c>policy</c>.</summary>
internal static class TagModel
{
    private const int PatternsInWords = 50;

    public static readonly Key Pattern = new("pattern", Texts.Any,
        "Only tags that match are looked at. A regular expression in Go's syntax, unanchored unless it says ^ and $.")
    { Required = true, Examples = [@"""^v(?P<version>\\d+\\.\\d+\\.\\d+)$"""] };

    public static readonly Key Extract = new("extract", Texts.Any,
        "What of the tag is compared: $1, $name and ${name} stand for groups of the pattern. Left out, the whole tag is.")
    { Examples = ["\"$version\""] };

    public static readonly Shape Filter = new("filterTags", "Filter of tags",
        "Only tags that match are looked at, and a part of them may be what is compared.", Pattern, Extract);

    public static readonly Key Range = new("range", Texts.Any,
        "Versions inside this range; the highest wins. As Masterminds (Flux, Helm) and npm write it. Pre-releases only where the range names one.")
    { Examples = ["\">=1.0.0 <2.0.0\"", "\"^1.4\""] };

    public static readonly Key Level = new("level", Words.Levels.Form,
        "How far above the running version: patch keeps the minor number, minor keeps the major number, major and all take any higher one.");

    public static readonly Key MatchPreRelease = new("matchPreRelease", new Form.Flag(),
        "Whether the pre-release label must be the running one's: none and none, rc and rc.")
    { Default = "true" };

    public static readonly Shape Semver = new("semver", "By semantic version", "The highest version wins.", Range, Level, MatchPreRelease)
    {
        Variants =
        [
            new("range"),
            new("level")
            {
                Companions = ["matchPreRelease"],
                Hint = "a range takes pre-releases where it names one, e.g. >=1.0.0-0",
            },
        ],
    };

    public static readonly Key Order = new("order", Words.Orders.Form, "asc: the greatest wins; desc: the least.") { Default = "\"asc\"" };

    public static readonly Shape Numerical = new("numerical", "By number",
        "Tags are decimal numbers of any length; one that is none makes the list undecidable.", Order);

    public static readonly Shape Alphabetical = new("alphabetical", "By text", "Ordinal order: upper case before lower case.", Order);

    public static readonly Shape Newest = new("newest", "By time", "The tag that was seen last.");

    public static readonly Key Tag = new("tag", Texts.Tag, "The tag that moves.") { Required = true, Examples = ["\"latest\""] };

    public static readonly Shape Digest = new("digest", "One tag that moves", "Whatever digest this one tag points to.", Tag);

    public static readonly Shape Rule = new("policy", "Which tag is newer", "Exactly one way of putting tags in order.",
        new Key("semver", new Form.Mapping(Semver), "Versions, inside a range or above the running one."),
        new Key("numerical", new Form.Mapping(Numerical), "Numbers."),
        new Key("alphabetical", new Form.Mapping(Alphabetical), "Texts, e.g. dates that sort as texts."),
        new Key("newest", new Form.Mapping(Newest), "The tag that was seen last."),
        new Key("digest", new Form.Mapping(Digest), "One tag that moves."))
    { Variants = [new("semver"), new("numerical"), new("alphabetical"), new("newest"), new("digest")] };

    public static readonly Key AllowTags = new("allowTags", Patterns, $"A tag must match one of these; at most {PatternsInWords}.")
    { Examples = [@"[""^v\\d""]"] };

    public static readonly Key IgnoreTags = new("ignoreTags", Patterns, $"A tag must match none of these; at most {PatternsInWords}.")
    { Examples = ["[\"-debug$\"]"] };

    public static readonly Key FilterTags = new("filterTags", new Form.Mapping(Filter), "Which tags are looked at, and what of them is compared.");

    public static readonly Key Policy = new("policy", new Form.Mapping(Rule), "Which of two tags is newer.") { Required = true };

    /// <summary>Where they stand alone, as in a case of <c>cdctl select</c>; in a pipeline they stand among its other keys.</summary>
    public static readonly Shape Shape = new("spec", "Tag rules", "Which tags are candidates.", AllowTags, IgnoreTags, FilterTags, Policy);

    private static Form.List Patterns => new(Texts.Any, "a regular expression", MayBeEmpty: true);
}
