using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.Triggers.Identity;

/// <summary>
/// Google's OpenID Connect tokens. Anybody can have Google make a token for our audience, so the token alone opens nothing: its email must
/// be one of the actors.
/// </summary>
internal sealed class GoogleTokenIdentity(GoogleIdentity google, ImmutableHashSet<string> actors) : IIdentify
{
    private readonly ImmutableHashSet<string> _actors = actors.WithComparer(StringComparer.OrdinalIgnoreCase);

    public async Task<Identified> IdentifyAsync(HttpContext context, CancellationToken cancellation)
    {
        var caller = await google.VerifyAsync(context.Request.Headers.Authorization, cancellation);
        return caller.Match<Identified>(
            verified => _actors.Contains(verified.Email)
                ? new Identified.Known(verified.Email)
                : new Identified.Refused(new("identity.notAnActor", $"{Excerpt.Of(verified.Email)} is none of CDAUTOMATION_ACTORS")),
            refused => new Identified.Unproven(refused.Reason),
            unknown => new Identified.Unknown(unknown.Reason));
    }
}
