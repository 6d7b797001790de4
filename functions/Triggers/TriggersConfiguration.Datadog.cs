using CdAutomation.Datadog;
using CdAutomation.Domain.Images;

namespace CdAutomation.Triggers;

/// <content>Datadog, where there is an API key of it.</content>
internal sealed partial class TriggersConfiguration
{
    private DatadogOptions? Datadog()
    {
        var (site, key) = (Text("DATADOG_SITE"), Text("DATADOG_API_KEY"));
        if (site is not null && !DatadogOptions.IsSite(site))
            Problem("DATADOG_SITE", $"is {Excerpt.Of(site)}, which is no site of Datadog's; {DatadogOptions.UsualSite} and us5.datadoghq.com are");
        else if (site is not null && key is null)
            Problem("DATADOG_API_KEY", "is not set, without which CDAUTOMATION_DATADOG_SITE means nothing");
        if (key is null)
            return null;
        if (!DatadogOptions.IsKey(key))
            Problem("DATADOG_API_KEY", "is no API key: it is too long, or has a sign that none has");
        return new(site is not null && DatadogOptions.IsSite(site) ? site : DatadogOptions.UsualSite, key);
    }
}
