using CdAutomation.Domain;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>Who sent a request, as far as its token proves it.</summary>
public abstract record Caller
{
    private Caller() { }

    /// <summary>Google vouches for this email address.</summary>
    public sealed record Verified(string Email) : Caller;

    /// <summary>The token proves nothing; answer 401.</summary>
    public sealed record Refused(Reason Reason) : Caller;

    /// <summary>The token could not be checked for want of keys; answer 503, so that it is sent again.</summary>
    public sealed record Unknown(Reason Reason) : Caller;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(Func<Verified, T> verified, Func<Refused, T> refused, Func<Unknown, T> unknown) => this switch
    {
        Verified it => verified(it),
        Refused it => refused(it),
        Unknown it => unknown(it),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
