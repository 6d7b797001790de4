using CdAutomation.Domain;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CdAutomation.GoogleCloud.Identity;

/// <summary>
/// Verifies the OpenID Connect tokens that Pub/Sub, Cloud Scheduler and people (<c>gcloud auth print-identity-token</c>) send: signature,
/// issuer, audience, life, and that the email is verified. Which email may do what is for the caller of this class to say.
/// </summary>
public sealed class GoogleIdentity : IDisposable
{
    private const int LengthMax = 16 * 1024;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = LengthMax };
    private readonly GoogleIdentityOptions _options;
    private readonly TimeProvider _clock;
    private readonly SigningKeys _keys;

    /// <summary>A verifier with its own cache of keys.</summary>
    /// <exception cref="ArgumentException">No audience is named: then a token made for anybody would do.</exception>
    public GoogleIdentity(GoogleIdentityOptions options, TimeProvider clock)
    {
        if (options.Audiences.IsDefaultOrEmpty || options.Audiences.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("Name the audience that tokens must be made for.", nameof(options));
        (_options, _clock, _keys) = (options, clock, new SigningKeys(options, clock));
    }

    /// <summary>Verifies the value of an Authorization header. No part of it is ever in the answer but the email.</summary>
    public async Task<Caller> VerifyAsync(string? authorization, CancellationToken cancellation)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return Refused("identity.none", "the request has no bearer token");
        var text = authorization[scheme.Length..].Trim();
        if (text.Length > LengthMax || !_handler.CanReadToken(text))
            return Refused("identity.malformed", "the bearer token is no JSON web token");

        try
        {
            return await VerifyAsync(new JsonWebToken(text), cancellation);
        }
        catch (ArgumentException)
        {
            // JsonWebToken refuses a token of the right shape whose parts are not base64url of JSON.
            return Refused("identity.malformed", "the bearer token is no JSON web token");
        }
    }

    /// <summary>Closes the connection to the issuer.</summary>
    public void Dispose() => _keys.Dispose();

    private async Task<Caller> VerifyAsync(JsonWebToken token, CancellationToken cancellation)
    {
        // Before any key is looked for: 'none' and HMAC with a public key for its secret are the classic forgeries.
        if (token.Alg != SecurityAlgorithms.RsaSha256)
            return Refused("identity.algorithm", "the bearer token is not signed with RS256");
        if (string.IsNullOrEmpty(token.Kid))
            return Refused("identity.key", "the bearer token does not name its key");

        var (key, known) = await _keys.FindAsync(token.Kid, cancellation);
        if (key is null)
            return known
                ? Refused("identity.key", "the bearer token is signed with a key that its issuer does not have")
                : new Caller.Unknown(new("identity.keys", $"the keys of the issuer could not be fetched from {_options.Keys.Host}"));

        var result = await _handler.ValidateTokenAsync(token, Parameters(key));
        return result.IsValid ? Named(token) : Refused(Meaning(result.Exception));
    }

    private TokenValidationParameters Parameters(JsonWebKey key) => new()
    {
        IssuerSigningKey = key,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        RequireSignedTokens = true,
        ValidIssuers = _options.Issuers,
        ValidAudiences = _options.Audiences,
        RequireExpirationTime = true,
        LifetimeValidator = (from, until, _, _) => IsNow(from, until),
    };

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return until is { } end && now - _options.Skew < end && (from is not { } start || start < now + _options.Skew);
    }

    private static Caller Named(JsonWebToken token)
    {
        var isVerified = token.TryGetPayloadValue<bool>("email_verified", out var verified) && verified;
        return isVerified && token.TryGetPayloadValue<string>("email", out var email) && email.Contains('@', StringComparison.Ordinal)
            ? new Caller.Verified(email)
            : Refused("identity.email", "the bearer token has no verified email");
    }

    private static Reason Meaning(Exception? error) => error switch
    {
        SecurityTokenInvalidAudienceException => new("identity.audience", "the bearer token is made for somebody else"),
        SecurityTokenInvalidIssuerException => new("identity.issuer", "the bearer token is made by somebody else than Google"),
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException
            or SecurityTokenNoExpirationException => new("identity.expired", "the bearer token is not valid at this time"),
        _ => new("identity.signature", "the signature of the bearer token is wrong"),
    };

    private static Caller.Refused Refused(string code, string sentence) => Refused(new(code, sentence));

    private static Caller.Refused Refused(Reason reason) => new(reason);
}
