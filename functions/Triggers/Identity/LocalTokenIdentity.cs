using System.Security.Cryptography;
using System.Text;

namespace CdAutomation.Triggers.Identity;

/// <summary>One shared token, for the local cloud: who has it is the one actor.</summary>
internal sealed class LocalTokenIdentity(LocalAccess access) : IIdentify
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(access.Token));

    public Task<Identified> IdentifyAsync(HttpContext context, CancellationToken cancellation) =>
        Task.FromResult(Identify(context.Request.Headers.Authorization.ToString()));

    private Identified Identify(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new Identified.Unproven(new("identity.none", "the request has no bearer token"));

        // Hashes have one length, so that comparing them takes the same time whatever was sent.
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        return CryptographicOperations.FixedTimeEquals(given, _expected)
            ? new Identified.Known(access.Actor)
            : new Identified.Unproven(new("identity.token", "the bearer token is not the local one"));
    }
}
