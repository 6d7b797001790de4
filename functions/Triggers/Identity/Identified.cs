using CdAutomation.Domain;

namespace CdAutomation.Triggers.Identity;

/// <summary>Who sent a request.</summary>
public abstract record Identified
{
    private Identified() { }

    /// <summary>Known, and welcome.</summary>
    /// <param name="Actor">As the journal names them.</param>
    public sealed record Known(string Actor) : Identified;

    /// <summary>The request proves nothing; answered with 401.</summary>
    public sealed record Unproven(Reason Reason) : Identified;

    /// <summary>Not welcome, whoever it is; answered with 403.</summary>
    public sealed record Refused(Reason Reason) : Identified;

    /// <summary>Nobody could look now; answered with 503.</summary>
    public sealed record Unknown(Reason Reason) : Identified;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Known, T> known, Func<Unproven, T> unproven, Func<Refused, T> refused, Func<Unknown, T> unknown) => this switch
    {
        Known it => known(it),
        Unproven it => unproven(it),
        Refused it => refused(it),
        Unknown it => unknown(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
