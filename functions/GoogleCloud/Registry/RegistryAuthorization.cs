using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Identity;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>Answers the challenges of registries, and remembers the tokens they gave out, each for its repository.</summary>
internal sealed class RegistryAuthorization(RegistryOptions options, IAccessTokens google, TimeProvider clock, string actions = "pull")
{
    private const int KnownMax = 1000;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    // The distribution specification's token authentication: a token without expires_in is good for sixty seconds.
    private static readonly TimeSpan UsualLife = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<(string Server, Repository Repository), Known> _known = new();

    /// <summary>What worked last for the repository on that server, if it is still good.</summary>
    public AuthenticationHeaderValue? KnownFor(Uri server, Repository repository) =>
        _known.TryGetValue((server.Authority, repository), out var known) && known.Until > clock.GetUtcNow() ? known.Header : null;

    /// <summary>Obtains what the challenges ask for.</summary>
    /// <param name="server">The registry as it is reached.</param>
    /// <param name="repository">What is to be read there.</param>
    /// <param name="challenges">What it answered with 401.</param>
    /// <param name="ask">Sends a GET, with retries.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="RegistryException">There is no way that we take.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        Uri server,
        Repository repository,
        IReadOnlyCollection<Challenge> challenges,
        Func<Uri, AuthenticationHeaderValue?, CancellationToken, Task<RegistryAnswer>> ask,
        CancellationToken cancellation)
    {
        if (challenges.FirstOrDefault(challenge => challenge.Is("Bearer")) is { } bearer)
        {
            var realm = RealmOf(bearer, server, repository);
            var answer = await ask(realm, await CredentialAsync(server, realm, repository, cancellation), cancellation);
            return Keep(server, repository, TokenOf(answer, realm));
        }

        if (!challenges.Any(challenge => challenge.Is("Basic")))
            throw new RegistryException("registry.unauthorized",
                $"{repository.Host} wants an identity, and names no way we know to show one");
        var basic = await CredentialAsync(server, server, repository, cancellation)
            ?? throw new RegistryException("registry.unauthorized",
                $"{repository.Host} wants a user and a password; none is configured for it");
        return Keep(server, repository, new(basic, clock.GetUtcNow() + UsualLife));
    }

    private AuthenticationHeaderValue Keep(Uri server, Repository repository, Known known)
    {
        if (_known.Count >= KnownMax)
            _known.Clear();
        _known[(server.Authority, repository)] = known;
        return known.Header;
    }

    private Uri RealmOf(Challenge challenge, Uri server, Repository repository)
    {
        // The realm is the registry's word: it may send us over https, and back to this machine only if it is on it itself.
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm)
            || !(realm.Scheme == Uri.UriSchemeHttps || realm.Scheme == Uri.UriSchemeHttp && realm.IsLoopback && server.IsLoopback)
            || realm.UserInfo.Length > 0)
            throw new RegistryException("registry.realm",
                $"{repository.Host} gives out tokens at {Excerpt.Of(challenge.Realm)}, where no credentials are sent: only https is safe");

        // Never the scope that the challenge names: this one repository is all we want.
        var query = $"scope={Uri.EscapeDataString($"repository:{repository.Path}:{actions}")}";
        if (challenge.Service is { Length: > 0 } service)
            query = $"service={Uri.EscapeDataString(service)}&{query}";
        return new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query, Fragment = "" }.Uri;
    }

    private async Task<AuthenticationHeaderValue?> CredentialAsync(
        Uri server, Uri receiver, Repository repository, CancellationToken cancellation)
    {
        if (options.Credentials.TryGetValue(repository.Host, out var credential))
            return receiver.Scheme == Uri.UriSchemeHttps || receiver.IsLoopback
                ? Basic(credential.User, credential.Password)
                : throw new RegistryException("registry.plain", $"no password is sent to {receiver.Host} without TLS");

        // Google's tokens open far more than images: they go to Google's registry that asked, and nowhere else.
        var isGoogles = IsGoogles(repository.Host) && server.Scheme == Uri.UriSchemeHttps && IsGoogles(server.Host)
            && receiver.Scheme == Uri.UriSchemeHttps && receiver.Authority == server.Authority;
        if (!isGoogles)
            return null;

        try
        {
            return Basic("oauth2accesstoken", await google.GetAsync(cancellation));
        }
        catch (AccessTokenUnavailableException error)
        {
            throw new RegistryException("registry.unauthorized", error.Message);
        }
    }

    private static bool IsGoogles(string host) =>
        host.EndsWith(".pkg.dev", StringComparison.Ordinal) || host is "gcr.io" || host.EndsWith(".gcr.io", StringComparison.Ordinal);

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private Known TokenOf(RegistryAnswer answer, Uri realm)
    {
        if (answer.Status is not HttpStatusCode.OK)
            throw new RegistryException(
                answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "registry.denied" : "registry.unreachable",
                $"{realm.Host} gave no token to read with: it answered {(int)answer.Status}");

        var (token, seconds) = GivenToken.Read(answer.Body);
        if (token is null)
            throw new RegistryException("registry.odd", $"{realm.Host} answered without a token that can be sent");
        var life = seconds is > 0 and <= 3600 ? TimeSpan.FromSeconds(seconds) : UsualLife;
        return new(new AuthenticationHeaderValue("Bearer", token), clock.GetUtcNow() + life - Margin);
    }

    private sealed record Known(AuthenticationHeaderValue Header, DateTimeOffset Until);
}
