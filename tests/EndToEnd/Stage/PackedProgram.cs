using System.Text;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>A real program in a real image that umoci packed: a web server that answers with one text, and one that cannot start.</summary>
/// <param name="Text">What it answers.</param>
/// <param name="Good">As skopeo names it.</param>
/// <param name="Broken">The same with an entry point that is not there.</param>
internal sealed record PackedProgram(string Text, string Good, string Broken)
{
    /// <summary>What every service runs before its first deploy: the one program for a container that is here without a compiler.</summary>
    private const string Placeholder = "cloudrun/container/hello:latest";

    private const string PlaceholderText = "this service waits for its first deploy";

    /// <param name="into">Where its layout is kept.</param>
    /// <param name="registry"><c>host:port</c> of a running <c>up</c>.</param>
    /// <param name="text">What it is to answer; no longer than what the placeholder does.</param>
    public static async Task<PackedProgram> MakeAsync(TemporaryFolder into, string registry, string text)
    {
        Command.Need("skopeo", "skopeo");
        Command.Need("umoci", "umoci");
        var layout = into.In("layout");
        var bundle = into.In("bundle");
        await RunAsync(
            "skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", $"docker://{registry}/{Placeholder}", $"oci:{layout}:given");
        await RunAsync("umoci", "unpack", "--image", $"{layout}:given", bundle);
        Rename(Path.Combine(bundle, "rootfs", "hello"), text);
        await RunAsync("umoci", "repack", "--image", $"{layout}:good", bundle);
        await RunAsync(
            "umoci", "config", "--image", $"{layout}:good", "--tag", "broken", "--config.entrypoint", "/there-is-no-such-program");
        return new(text, $"oci:{layout}:good", $"oci:{layout}:broken");
    }

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await Command.RunAsync(program, arguments)).Succeeded();

    private static void Rename(string program, string text)
    {
        var bytes = File.ReadAllBytes(program);
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(PlaceholderText));
        Assert.That(at, Is.GreaterThan(0), $"the placeholder's program does not hold '{PlaceholderText}'");
        Encoding.ASCII.GetBytes(text.PadRight(PlaceholderText.Length)).CopyTo(bytes, at);
        File.WriteAllBytes(program, bytes);
    }
}
