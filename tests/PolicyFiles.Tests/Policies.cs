using CdAutomation.Domain.Policies;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Short words for the tests.</summary>
internal static class Policies
{
    /// <summary>A policy without a mistake, to be changed by replacing a part of it.</summary>
    public const string Good =
        """
        apiVersion: cdautomation/v1
        kind: Pipeline
        metadata: { name: shop }
        spec:
          mode: enforce
          images:
            web: { repository: asia-northeast1-docker.pkg.dev/acme/app/web }
          allowTags: ['^v\d']
          ignoreTags: ['-debug$']
          filterTags: { pattern: '^v(?P<version>\d+\.\d+\.\d+)$', extract: '$version' }
          policy: { semver: { range: '>=1.0.0 <2.0.0' } }
          stages:
            - name: production
              targets:
                - { service: web, image: web, project: acme, region: asia-northeast1, container: app }
              gates:
                build: { status: SUCCESS, triggers: [web-release], branch: 'release/*', repository: acme/app }

        """;

    public static PolicyReading Read(string text) => PolicyReader.Read([new PolicyFile("p.yaml", text)]);

    public static PolicyReading ReadChanged(string part, string replacement)
    {
        var changed = Good.Replace(part, replacement, StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(Good), $"'{part}' is not there to be replaced");
        return Read(changed);
    }

    public static PipelinePolicy Only(this PolicyReading reading)
    {
        Assert.That(reading.Problems, Is.Empty);
        return reading.Pipelines.Values.Single();
    }

    public static string Sample(string name)
    {
        using var stream = typeof(Policies).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
