namespace CdAutomation.Domain.Decisions;

/// <summary>Takes in what people say once, however often its event comes.</summary>
internal static class Heeding
{
    /// <summary>So many words are known again when they are repeated; a repeat comes within minutes or hours.</summary>
    private const int Kept = 100;

    /// <summary>Takes in a word of the event that led to this decision.</summary>
    /// <param name="taken">The decision so far.</param>
    /// <param name="first">What the word does.</param>
    /// <param name="again">What it does when its event has come before.</param>
    public static Taken Once(Taken taken, Func<Taken> first, Func<Taken> again)
    {
        if (taken.State.Heeded.Contains(taken.At.Cause))
            return again();
        var heard = first();
        var before = heard.State.Heeded;
        return heard with { State = heard.State with { Heeded = [.. before.Skip(before.Length - Kept + 1), taken.At.Cause] } };
    }
}
