namespace CdAutomation.Domain.Gates.Signatures;

/// <summary>What became of one thing that was looked at as a signature. The family is closed.</summary>
public abstract record SignatureTrial
{
    private SignatureTrial() { }

    /// <summary>It is a signature of the image, and the key verifies it.</summary>
    /// <param name="Form">In which form it was kept, for people.</param>
    public sealed record Verified(string Form) : SignatureTrial;

    /// <summary>It passes for a signature and does not hold.</summary>
    /// <param name="Why">A clause of a sentence whose subject is the signature.</param>
    public sealed record Refused(string Why) : SignatureTrial;

    /// <summary>It states something else about the image, provenance say, and counts neither way.</summary>
    public sealed record Other : SignatureTrial;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Verified, T> verified, Func<Refused, T> refused, Func<Other, T> other) => this switch
    {
        Verified it => verified(it),
        Refused it => refused(it),
        Other it => other(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
