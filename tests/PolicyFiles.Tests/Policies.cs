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

    /// <summary>The resources whose name begins so, in ordinal order, without that beginning.</summary>
    public static PolicyFile[] Resources(string prefix) =>
    [
        .. typeof(Policies).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(name => new PolicyFile(name[prefix.Length..], Sample(name))),
    ];

    /// <summary>Every word of the language, with the key that it names.</summary>
    public static PolicyFile[] Full => Resources("cases/");

    /// <summary>The samples of infra/policies.</summary>
    public static PolicyFile[] Samples =>
        [.. new[] { "admin.yaml", "admin-tests.yaml", "freeze.yaml", "shop.yaml" }.Select(name => new PolicyFile(name, Sample(name)))];

    public static string Sample(string name)
    {
        using var stream = typeof(Policies).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
