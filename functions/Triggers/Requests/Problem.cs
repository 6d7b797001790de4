namespace CdAutomation.Triggers.Requests;

/// <summary>Why a request was not done (RFC 9457, <c>application/problem+json</c>).</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Code">Dotted and stable, for machines.</param>
/// <param name="Title">What went wrong.</param>
/// <param name="Detail">Why.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record Problem(int Status, string Code, string Title, string Detail, string Mend)
{
    /// <summary>The media type.</summary>
    public const string ContentType = "application/problem+json";
}
