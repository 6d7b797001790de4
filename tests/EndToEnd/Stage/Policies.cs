namespace CdAutomation.EndToEnd.Stage;

/// <summary>Policy texts as a team would write them.</summary>
internal static class Policies
{
    /// <summary>The registry that the policies name; what it is in a test is the test's business.</summary>
    public const string Host = "asia-northeast1-docker.pkg.dev";

    public const string Project = "acme";
    public const string Region = "asia-northeast1";

    /// <summary>A pipeline whose one image, and one service, have a name of their own.</summary>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="image">Last segment of the repository's path, and the service's id.</param>
    /// <param name="range">Which versions are allowed.</param>
    /// <param name="gates">Lines of YAML below <c>gates:</c>, or null for none.</param>
    public static string Pipeline(string pipeline, string image, string range = ">=1.0.0 <2.0.0", string? gates = null) =>
        $$"""
        apiVersion: cdautomation/v1
        kind: Pipeline
        metadata:
          name: {{pipeline}}
        spec:
          images:
            {{image}}:
              repository: {{Host}}/{{PathOf(image)}}
          filterTags:
            pattern: '^v(?P<version>\d+\.\d+\.\d+)$'
            extract: '$version'
          policy:
            semver:
              range: '{{range}}'
          stages:
            - name: production
              targets:
                - service: {{image}}
                  image: {{image}}
                  project: {{Project}}
                  region: {{Region}}

        """ + (gates is null ? "" : $"      gates:\n{gates}\n");

    /// <summary>The path of an image's repository.</summary>
    public static string PathOf(string image) => $"{Project}/app/{image}";

    /// <summary>The resource name of a service.</summary>
    public static string ServiceOf(string image) => $"projects/{Project}/locations/{Region}/services/{image}";
}
