using System.Text.Json;

namespace CdAutomation.Architecture;

/// <summary>A project as MSBuild understands it, all its imports included; nothing is restored or built.</summary>
internal sealed record Evaluated(JsonElement Items, JsonElement Properties)
{
    private static readonly string[] Asked =
        ["-getItem:PackageReference", "-getItem:ProjectReference", "-getItem:AdditionalFiles", "-getProperty:NoWarn", "-getProperty:RunAnalyzers"];

    /// <summary>What each of the items named this includes.</summary>
    public IReadOnlyList<string> Included(string item) =>
        [.. Items.GetProperty(item).EnumerateArray().Select(it => it.GetProperty("Identity").GetString()!.Replace('\\', '/'))];

    public string Property(string name) => Properties.GetProperty(name).GetString()!;

    /// <param name="project">Relative to the repository.</param>
    /// <param name="googleClients"><c>Packages</c> or <c>Protos</c>.</param>
    public static async Task<Evaluated> ReadAsync(string project, string googleClients)
    {
        var result = await Tool.DotnetAsync(["msbuild", project, "-nologo", $"-p:GoogleClients={googleClients}", .. Asked]);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        using var answer = JsonDocument.Parse(result.Output);
        return new(answer.RootElement.GetProperty(nameof(Items)).Clone(), answer.RootElement.GetProperty(nameof(Properties)).Clone());
    }
}
