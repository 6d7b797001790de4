namespace CdAutomation.Datadog;

/// <summary>How Datadog is told of deployments.</summary>
/// <param name="Site">One of Datadog's sites, e.g. <c>datadoghq.eu</c>; see <see cref="IsSite"/>.</param>
/// <param name="ApiKey">An API key of the organization; a secret, never printed, sent to <paramref name="Endpoint"/> alone.</param>
/// <param name="Endpoint">The API of that site, or what stands in for it.</param>
public sealed record DatadogOptions(string Site, string ApiKey, Uri Endpoint)
{
    /// <summary>The site of whoever says nothing else, as Datadog's own agents have it.</summary>
    public const string UsualSite = "datadoghq.com";

    private static readonly string[] Families = ["datadoghq.com", "datadoghq.eu", "ddog-gov.com"];

    /// <summary>The options for a site.</summary>
    public DatadogOptions(string site, string apiKey)
        : this(site, apiKey, new Uri($"https://api.{site}"))
    {
    }

    /// <summary>One attempt.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One deployment with all its attempts; what is not told by then is told later.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often one is tried again; at least 1.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>The pause before the first retry; it doubles with each, with jitter.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Whether it is a site of Datadog's, by name: one of three domains or a part of one, such as <c>us5.datadoghq.com</c> (docs.datadoghq.com,
    /// "Datadog Sites"). A key is sent nowhere else.
    /// </summary>
    public static bool IsSite(string site) =>
        Families.Any(family => site == family || site.EndsWith($".{family}", StringComparison.Ordinal))
        && Uri.CheckHostName(site) == UriHostNameType.Dns;

    /// <summary>Whether it can be sent as a key: visible ASCII, at most 256 characters.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= 256 && key.All(sign => sign is > ' ' and <= '~');

    /// <inheritdoc/>
    public override string ToString() => $"Datadog at {Site}";
}
