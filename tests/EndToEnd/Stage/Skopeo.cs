namespace CdAutomation.EndToEnd.Stage;

/// <summary>Pushes as a build does, with skopeo.</summary>
internal static class Skopeo
{
    /// <summary>Pushes an image; the test fails when the registry does not take it.</summary>
    /// <param name="image">Any reference of skopeo's, e.g. <c>oci:FOLDER:NAME</c>.</param>
    /// <param name="registry"><c>host:port</c>.</param>
    /// <param name="target"><c>path:tag</c>.</param>
    /// <param name="all">Copy an index whole, instead of the one image that fits this machine.</param>
    public static async Task PushAsync(string image, string registry, string target, bool all = false) =>
        (await TryPushAsync(image, registry, target, all)).Succeeded();

    /// <summary>Pushes an image, and leaves it to the caller what a refusal means.</summary>
    public static Task<Command> TryPushAsync(string image, string registry, string target, bool all = false)
    {
        Command.Need("skopeo", "skopeo");
        string[] extent = all ? ["--all"] : [];
        return Command.RunAsync(
            "skopeo",
            ["copy", "--quiet", .. extent, "--insecure-policy", "--dest-tls-verify=false", image, $"docker://{registry}/{target}"]);
    }
}
