using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>The rules that do not know versions: numbers, texts, age, and one tag alone.</summary>
internal static class ValueSelection
{
    private readonly record struct Numbered(Contender Contender, DecimalNumber Number);

    /// <summary>
    /// All of them, by number; none, where one of them is no number (as in Flux: a mistake in the filter must not choose).
    /// </summary>
    public static Selection Numerical(Order order, IReadOnlyList<Contender> contenders, Ballot ballot)
    {
        var (numbers, others) = (new List<Numbered>(), new List<Contender>());
        foreach (var contender in contenders)
        {
            if (DecimalNumber.TryParse(contender.Value, out var number))
                numbers.Add(new(contender, number));
            else
                others.Add(contender);
        }
        if (others is [])
            return ballot.Close(numbers, one => one.Contender, (left, right) => Newness(order, left, right));

        foreach (var contender in others)
            ballot.Refuse(contender.Tag, "tag.notANumber", $"{contender.Named} is no decimal number");
        var names = string.Join(", ", others.Select(contender => contender.Named).Order(StringComparer.Ordinal).Take(5));
        return ballot.Fail(numbers.Select(one => one.Contender), new("tags.notANumber",
            $"{names}: no decimal number, so that the order is unknown; exclude such tags with filterTags or ignoreTags"));
    }

    /// <summary>Which is newer by number; null where one is none.</summary>
    public static int? CompareNumerical(Order order, Contender left, Contender right) =>
        DecimalNumber.TryParse(left.Value, out var one) && DecimalNumber.TryParse(right.Value, out var other)
            ? Newness(order, new(left, one), new(right, other))
            : null;

    /// <summary>All of them, by ordinal text.</summary>
    public static Selection Alphabetical(Order order, IReadOnlyList<Contender> contenders, Ballot ballot) =>
        ballot.Close(contenders, one => one, (left, right) => CompareAlphabetical(order, left, right));

    /// <summary>Which is newer by ordinal text.</summary>
    public static int CompareAlphabetical(Order order, Contender left, Contender right) =>
        Directed(order, string.CompareOrdinal(left.Value, right.Value)) is var text and not 0 ? text : Contender.BreakTie(left, right);

    /// <summary>All of them, by age; of two seen at once, the later of the list.</summary>
    public static Selection Newest(IReadOnlyList<Contender> contenders, Ballot ballot) => ballot.Close(contenders, one => one,
        (left, right) => CompareAge(left, right) is var age and not 0 ? age : left.Position.CompareTo(right.Position));

    /// <summary>That tag and no other.</summary>
    public static Selection Only(string tag, IReadOnlyList<Contender> contenders, Ballot ballot)
    {
        foreach (var contender in contenders.Where(contender => contender.Tag != tag))
            ballot.Refuse(contender.Tag, "tag.notTheTag", $"{contender.Named} is not {Excerpt.Of(tag)}, the tag that is followed");
        return ballot.Close(contenders.Where(contender => contender.Tag == tag), one => one, CompareAge);
    }

    /// <summary>Which was seen later; 0 for two of one instant.</summary>
    public static int CompareAge(Contender left, Contender right) => left.FirstSeen.CompareTo(right.FirstSeen);

    private static int Newness(Order order, Numbered left, Numbered right) =>
        Directed(order, left.Number.CompareTo(right.Number)) is var number and not 0
            ? number
            : Contender.BreakTie(left.Contender, right.Contender);

    // The least wins with desc, so that the lesser counts as the newer; ties go to the one seen later in both directions.
    private static int Directed(Order order, int comparison) => order == Order.Desc ? -Math.Sign(comparison) : Math.Sign(comparison);
}
