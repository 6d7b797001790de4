namespace CdAutomation.GoogleCloud;

/// <summary>How this product names itself to Google's APIs.</summary>
internal static class Product
{
    /// <summary>Value of a Cloud Run service's <c>client</c> after a write of ours.</summary>
    public const string Name = "cdautomation";

    /// <summary>Major, minor and build number of this build.</summary>
    public static string Version { get; } = typeof(Product).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
