namespace CdAutomation.Domain;

/// <summary>Why something is so: a stable code for machines, a sentence for people, with the numbers it speaks of inside it.</summary>
/// <param name="Code">Dotted and stable, e.g. <c>candidate.older</c>; never renamed once released.</param>
/// <param name="Sentence">One sentence without a full stop, naming what was looked at.</param>
public sealed record Reason(string Code, string Sentence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Sentence}";
}
