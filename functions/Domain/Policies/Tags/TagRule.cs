using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>How far from the running version a candidate may be (the words of Keel).</summary>
public enum Level
{
    /// <summary>Any higher version.</summary>
    All,

    /// <summary>Any higher version, the same as <see cref="All"/>.</summary>
    Major,

    /// <summary>A higher version of the same major number.</summary>
    Minor,

    /// <summary>A higher version of the same major and minor number.</summary>
    Patch,
}

/// <summary>Which end of the order wins.</summary>
public enum Order
{
    /// <summary>The greatest.</summary>
    Asc,

    /// <summary>The least.</summary>
    Desc,
}

/// <summary>Which tags count and which of two is newer: the <c>policy</c> of the language. The family is closed.</summary>
public abstract record TagRule
{
    private TagRule()
    {
    }

    /// <summary>Versions of three numbers inside a range of Masterminds or npm; the highest wins.</summary>
    public sealed record SemverRange : TagRule
    {
        private SemverRange(VersionRange range) => Range = range;

        internal VersionRange Range { get; }

        /// <summary>As the policy has it.</summary>
        public string Text => Range.Text;

        /// <summary>
        /// Reads a range, e.g. <c>&gt;=1.0.0 &lt;2.0.0</c>, <c>^1.2 || ~2.1</c>; code <c>policy.range</c> where it is none.
        /// </summary>
        public static Parsed<TagRule> Parse(string text)
        {
            var range = VersionRange.Parse(text);
            return range.TryGetValue(out var value) ? new SemverRange(value) : Parsed<TagRule>.Refused(range.Problems);
        }

        /// <inheritdoc/>
        public override string ToString() => $"semver range {Excerpt.Of(Text)}";
    }

    /// <summary>Versions above the one that runs, no farther than the level.</summary>
    /// <param name="Level">How far.</param>
    /// <param name="MatchPreRelease">Whether the label (<c>rc</c> of <c>-rc.1</c>) must be the running one's, none meaning none.</param>
    public sealed record SemverLevel(Level Level, bool MatchPreRelease = true) : TagRule;

    /// <summary>Decimal numbers of any length; one tag that is none makes the whole list undecidable.</summary>
    public sealed record Numerical(Order Order) : TagRule;

    /// <summary>Ordinal order of the texts: upper case before lower case, whatever the language.</summary>
    public sealed record Alphabetical(Order Order) : TagRule;

    /// <summary>The tag seen last.</summary>
    public sealed record Newest : TagRule;

    /// <summary>One tag only, which moves; the language's <c>digest: { tag: latest }</c>.</summary>
    public sealed record OnlyTag : TagRule
    {
        private OnlyTag(string tag) => Tag = tag;

        /// <summary>The tag that is followed.</summary>
        public string Tag { get; }

        /// <summary>A rule that follows this tag; code <c>policy.tag</c> where it is none.</summary>
        public static Parsed<TagRule> Parse(string tag) => ImageReference.IsTag(tag) && ArtifactKinds.Of(tag) == ArtifactKind.Image
            ? new OnlyTag(tag)
            : new Reason("policy.tag", $"{Excerpt.Of(tag)} is no tag of an image: 1 to 128 letters, digits, '_', '.' and '-' are");
    }

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<SemverRange, T> semverRange,
        Func<SemverLevel, T> semverLevel,
        Func<Numerical, T> numerical,
        Func<Alphabetical, T> alphabetical,
        Func<Newest, T> newest,
        Func<OnlyTag, T> onlyTag) => this switch
        {
            SemverRange it => semverRange(it),
            SemverLevel it => semverLevel(it),
            Numerical it => numerical(it),
            Alphabetical it => alphabetical(it),
            Newest it => newest(it),
            OnlyTag it => onlyTag(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
