using System.Reflection;

namespace CdAutomation.Infra.Tests;

/// <summary>The files of <c>infra/</c> that Terraform reads.</summary>
internal static class InfraFiles
{
    private static readonly string[] Endings = [".tf", ".hcl", ".json", ".tftpl"];

    /// <summary>The absolute path of <c>infra/</c>.</summary>
    public static string Root { get; } = Path.Combine(
        typeof(InfraFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "RepositoryRoot").Value!, "infra");

    /// <summary>Relative to the root, with forward slashes; what Terraform itself keeps beside them is left out.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(it => Endings.Contains(Path.GetExtension(it)))
            .Select(it => Path.GetRelativePath(Root, it).Replace('\\', '/'))
            .Where(it => !it.Contains(".terraform", StringComparison.Ordinal) && !it.StartsWith("policies/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every folder with a configuration, modules and examples.</summary>
    public static IReadOnlyList<string> Configurations { get; } =
    [
        .. All.Where(it => it.EndsWith(".tf", StringComparison.Ordinal)).Select(it => Path.GetDirectoryName(it)!.Replace('\\', '/')).Distinct(),
    ];

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));
}
