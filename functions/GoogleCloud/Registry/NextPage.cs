namespace CdAutomation.GoogleCloud.Registry;

/// <summary>Where a list goes on: the Link header with rel="next" (OCI distribution specification v1.1, "Listing tags").</summary>
internal static class NextPage
{
    /// <summary>The next page, or null where this is the last.</summary>
    /// <param name="link">The header's value, or null.</param>
    /// <param name="here">The page it came with.</param>
    /// <exception cref="RegistryException">It goes on at another server, which would be shown our credentials.</exception>
    public static Uri? After(string? link, Uri here)
    {
        foreach (var (target, parameters) in Links(link ?? ""))
        {
            if (!IsNext(parameters))
                continue;
            if (!Uri.TryCreate(here, target, out var next))
                throw new RegistryException("registry.odd", $"{here.Host} names a next page that is no address");
            if (Uri.Compare(next, here, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0)
                throw new RegistryException("registry.odd", $"{here.Host} names a next page on another server, {next.Host}");
            return next;
        }

        return null;
    }

    private static bool IsNext(string parameters) => parameters.Split(';').Select(part => part.Split('=', 2)).Any(part =>
        part is [var name, var value]
        && name.Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)
        && value.Trim().Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<(string Target, string Parameters)> Links(string header)
    {
        for (var open = header.IndexOf('<', StringComparison.Ordinal); open >= 0;)
        {
            var close = header.IndexOf('>', open);
            if (close < 0)
                yield break;

            var following = header.IndexOf('<', close);
            var parameters = following < 0 ? header[(close + 1)..] : header[(close + 1)..following];
            yield return (header[(open + 1)..close], parameters.TrimEnd(' ', ','));
            open = following;
        }
    }
}
