namespace CdAutomation.Triggers.Identity;

/// <summary>Nobody is known, because nothing is configured to know anybody by.</summary>
internal sealed class ClosedDoor : IIdentify
{
    private static readonly Identified Closed = new Identified.Refused(new(
        "identity.unconfigured",
        "this process is not configured to know anybody; set CDAUTOMATION_AUDIENCE and CDAUTOMATION_ACTORS, or CDAUTOMATION_LOCAL_TOKEN"));

    public Task<Identified> IdentifyAsync(HttpContext context, CancellationToken cancellation) => Task.FromResult(Closed);
}
