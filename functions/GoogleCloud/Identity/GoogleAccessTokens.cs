namespace CdAutomation.GoogleCloud.Identity;

/// <summary>Finds the identity of this process where Google's own libraries look for it.</summary>
public static class GoogleAccessTokens
{
    /// <summary>
    /// The service account key file that GOOGLE_APPLICATION_CREDENTIALS names, or else the metadata server (GCE_METADATA_HOST, or the usual
    /// one). Credentials of a person (<c>gcloud auth application-default login</c>) are not read: what deploys is a service account.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="clock">Tells when tokens end.</param>
    /// <exception cref="FormatException">The file is there and is no service account key.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IAccessTokens FromEnvironment(Func<string, string?> variable, TimeProvider clock) =>
        variable("GOOGLE_APPLICATION_CREDENTIALS") is { Length: > 0 } file
            ? ServiceAccountTokens.Read(File.ReadAllText(file), clock)
            : new MetadataTokens(variable("GCE_METADATA_HOST"), clock);
}
