namespace CdAutomation.Triggers.Identity;

/// <summary>Tells who sends a request. Every request of the HTTP API is asked, those that only read too.</summary>
public interface IIdentify
{
    /// <summary>Identifies the sender by what the request proves, never by what it says.</summary>
    Task<Identified> IdentifyAsync(HttpContext context, CancellationToken cancellation);
}
