using System.Collections.Immutable;
using CdAutomation.Cli.Up;
using CdAutomation.Domain.Rehearsals;
using CdAutomation.PolicyFiles;

namespace CdAutomation.Cli.Init;

/// <summary>A file that is to be written.</summary>
/// <param name="Path">Where.</param>
/// <param name="Text">Its text.</param>
internal sealed record InitFile(string Path, string Text)
{
    /// <summary>Whether it is there already, just so.</summary>
    public bool IsSame => File.Exists(Path) && File.ReadAllText(Path) == Text;

    /// <summary>Whether it is there, and is another.</summary>
    public bool IsTaken => File.Exists(Path) && File.ReadAllText(Path) != Text;
}

/// <summary>All that <c>cdctl init</c> writes.</summary>
internal static class InitFiles
{
    public static ImmutableArray<InitFile> Of(string folder, string variables, Settings settings, IEnumerable<Proposal> pipelines, bool shadow) =>
    [
        .. pipelines.Select(proposal => new InitFile(Path.Combine(folder, $"{proposal.Name}.yaml"), PipelineText.Of(proposal, shadow))),
        new(Path.Combine(folder, "policy.schema.json"), PolicySchema.Write()),
        new(Path.Combine(folder, "cloudbuild.yaml"), Builds(settings)),
        new(variables, settings.Write()),
    ];

    /// <summary>Why the policies are no good; null where they are, as <c>cdctl check</c> and <c>cdctl test</c> will find.</summary>
    public static string? Wrong(IEnumerable<InitFile> files)
    {
        var reading = PolicyReader.Read(files.Where(file => PolicyPaths.Counts(file.Path)).Select(file => new PolicyFile(Path.GetFileName(file.Path), file.Text)));
        if (!reading.Valid)
            return reading.Problems[0].ToString();
        var policies = reading.ToSet("none");
        return policies.Tests.Select(test => Rehearsal.Run(policies, test)).FirstOrDefault(result => !result.Passed) is { } failed
            ? $"{failed.Test.Pipeline}: {failed.Test.Name}: {failed.Sentence}"
            : null;
    }

    public static void Write(IEnumerable<InitFile> files)
    {
        foreach (var file in files.Where(file => !file.IsSame))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file.Path))!);
            File.WriteAllText(file.Path, file.Text);
        }
    }

    /// <summary>The builds of infra/policies, with the names that infra/modules/automation gives.</summary>
    private static string Builds(Settings settings)
    {
        var home = $"{settings.Region}-docker.pkg.dev/{settings.ProjectId.Replace(':', '/')}";
        return string.Join('\n', Sample.Read("cloudbuild.yaml").Split('\n').Select(line => line.TrimStart().Split(": ")[0] switch
        {
            "_CDCTL_IMAGE" => $"  _CDCTL_IMAGE: {home}/app/cdctl:stable",
            "_POLICY_REPOSITORY" => $"  _POLICY_REPOSITORY: {home}/cd-policies/cd",
            "_SOURCE" => $"  _SOURCE: https://github.com/{settings.Policies}",
            _ => line,
        }));
    }
}
