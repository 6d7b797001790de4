using System.Text.Json.Nodes;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <content>What is in an image that was pushed: its description, and the files of the layer on top.</content>
public sealed partial class ImageTests
{
    private async Task<string> SkopeoAsync(string verb, string option, string image) =>
        (await Command.RunAsync("skopeo", [verb, "--tls-verify=false", option, $"docker://{_images.Named(image)}"])).Succeeded().Output;

    /// <summary>The files that the image has beyond its base, as tar lists them.</summary>
    private async Task<string> ListedAsync(string image) => await TarAsync("-tvzf", await LayerAsync(image), "--utc", "--full-time");

    private async Task<string> ReadAsync(string image, string file) => await TarAsync("-xzOf", await LayerAsync(image), file);

    private static async Task<string> TarAsync(params string[] arguments) =>
        (await Command.RunAsync("tar", arguments, new Dictionary<string, string?> { ["LC_ALL"] = "C" })).Succeeded().Output;

    /// <summary>The layer that was put onto the base, as a file.</summary>
    private async Task<string> LayerAsync(string image)
    {
        var folder = _images.Folder.In($"pulled-{image}");
        if (!Directory.Exists(folder))
            (await Command.RunAsync("skopeo", ["copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", $"docker://{_images.Named(image)}", $"dir:{folder}"])).Succeeded();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json")))!;
        return Path.Combine(folder, $"{manifest["layers"]!.AsArray()[^1]!["digest"]}".Split(':')[1]);
    }
}
