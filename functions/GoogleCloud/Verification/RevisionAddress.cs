using System.Diagnostics.CodeAnalysis;

namespace CdAutomation.GoogleCloud.Verification;

/// <summary>Where a revision is asked.</summary>
/// <param name="Uri">Its tagged address, with the path.</param>
/// <param name="Audience">For whom a token is: the address of the service itself, since tagged ones are no audience of their own.</param>
internal sealed record RevisionAddress(Uri Uri, string Audience)
{
    // Cloud Run: https://TAG---SERVICE-HASH.a.run.app; a tag holds no three hyphens.
    private const string AfterTag = "---";

    public bool IsSecure => Uri.Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads the tagged address of a revision and what is to be asked for there; the path cannot lead to another host.</summary>
    public static bool TryRead(string address, string path, [NotNullWhen(true)] out RevisionAddress? read)
    {
        read = null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var origin)
            || (origin.Scheme != Uri.UriSchemeHttps && origin.Scheme != Uri.UriSchemeHttp)
            || origin.Host.Length == 0 || origin.UserInfo.Length > 0
            || !path.StartsWith('/')
            || !Uri.TryCreate(origin.GetLeftPart(UriPartial.Authority) + path, UriKind.Absolute, out var uri)
            || uri.Authority != origin.Authority)
            return false;

        var tag = origin.Authority.IndexOf(AfterTag, StringComparison.Ordinal);
        var dot = origin.Authority.IndexOf('.', StringComparison.Ordinal);
        var service = tag > 0 && (dot < 0 || tag < dot) ? origin.Authority[(tag + AfterTag.Length)..] : origin.Authority;
        read = new(uri, $"{origin.Scheme}://{service}");
        return true;
    }
}
