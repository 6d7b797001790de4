using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Policies;

/// <summary>A tag that passed the lists and the filter.</summary>
/// <param name="Tag">What would be deployed.</param>
/// <param name="Value">What is compared: the tag, or what was extracted from it.</param>
/// <param name="FirstSeen">Breaks ties: of two equal versions the one seen later is newer.</param>
/// <param name="Position">In the list; breaks the ties of <c>newest</c> alone, where there is nothing else to go by.</param>
internal sealed record Contender(string Tag, string Value, DateTimeOffset FirstSeen, int Position)
{
    /// <summary>The tag for a sentence, with the extracted value where that is something else.</summary>
    public string Named => Value == Tag ? Excerpt.Of(Tag) : $"{Excerpt.Of(Tag)} (as {Excerpt.Of(Value)})";

    /// <summary>Negative, zero or positive as the left is older, equal or newer, once the rule itself calls them equal.</summary>
    public static int BreakTie(Contender left, Contender right) =>
        left.FirstSeen.CompareTo(right.FirstSeen) is var seen and not 0 ? seen : string.CompareOrdinal(left.Tag, right.Tag);
}

/// <summary>Gathers what is said of each tag of one list, so that none is forgotten.</summary>
internal sealed class Ballot
{
    private readonly ImmutableSortedDictionary<string, Reason>.Builder _refused =
        ImmutableSortedDictionary.CreateBuilder<string, Reason>(StringComparer.Ordinal);

    /// <summary>Says why a tag is no candidate.</summary>
    public void Refuse(string tag, string code, string sentence) => _refused[tag] = new(code, sentence);

    /// <summary>The result: those accepted, best first.</summary>
    /// <param name="accepted">What the rule lets through, in any order.</param>
    /// <param name="newness">Negative where the left is older.</param>
    public Selection Close<T>(IEnumerable<T> accepted, Func<T, Contender> of, Comparison<T> newness)
    {
        var ranked = accepted.ToList();
        ranked.Sort((left, right) => newness(right, left));
        return new([.. ranked.Select(one => of(one).Tag)], _refused.ToImmutable(), null);
    }

    /// <summary>The result where the rule cannot be applied: nothing is accepted, and those that might have been are told why.</summary>
    public Selection Fail(IEnumerable<Contender> undecided, Reason error)
    {
        foreach (var contender in undecided)
            Refuse(contender.Tag, "tag.undecided", $"{contender.Named} was not judged: {error.Sentence}");
        return new([], _refused.ToImmutable(), error);
    }
}
