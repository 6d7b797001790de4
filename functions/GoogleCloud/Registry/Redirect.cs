using System.Net;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>Where registries send us for a blob, and where we go.</summary>
internal static class Redirect
{
    /// <summary>Whether the status sends us elsewhere.</summary>
    public static bool Is(HttpStatusCode status) => status is >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest;

    /// <summary>The address to go to.</summary>
    /// <exception cref="RegistryException">It is one where we do not go: without TLS only from this machine to this machine.</exception>
    public static Uri Target(Uri from, Uri location)
    {
        var target = Uri.TryCreate(from, location, out var absolute) ? absolute : location;
        return IsSafe(target, from)
            ? target
            : throw new RegistryException("registry.redirected",
                $"{from.Host} sends us to {Excerpt.Of(HostOf(target))} without TLS, where we do not follow");
    }

    private static bool IsSafe(Uri target, Uri from) => target.IsAbsoluteUri && target.UserInfo.Length == 0
        && (target.Scheme == Uri.UriSchemeHttps || target.Scheme == Uri.UriSchemeHttp && target.IsLoopback && from.IsLoopback);

    private static string HostOf(Uri address) => address.IsAbsoluteUri ? address.Host : address.OriginalString;
}
