using System.Diagnostics;
using System.Text.Json;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>
/// What the tests sign is what others take for a signature: OpenSSL by way of Node. Otherwise the code and its tests could agree on a form
/// that nobody else knows.
/// </summary>
[Category("Node")]
public sealed class OtherVerifiersTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cda-verify-");

    [OneTimeTearDown]
    public void Remove() => _folder.Delete(recursive: true);

    [Test]
    public async Task Node_verifies_every_form_and_none_with_another_key()
    {
        using var key = SigningKey.P256();
        using var other = SigningKey.P256();
        var manifest = """{"schemaVersion":2}"""u8.ToArray();
        var image = Signatures.DigestOf(manifest);
        var payload = Signatures.Payload(image);
        var file = Path.Combine(_folder.FullName, "signed.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new
        {
            key = key.Pem,
            other = other.Pem,
            manifest = Convert.ToBase64String(manifest),
            payload = Convert.ToBase64String(payload),
            signature = Convert.ToBase64String(key.Sign(payload)),
            dsse = Convert.ToBase64String(Signatures.DsseBundle(key, Signatures.Statement(image))),
            message = Convert.ToBase64String(Signatures.MessageBundle(key, manifest)),
        }));

        var (code, output) = await RunAsync("node", Path.Combine(AppContext.BaseDirectory, "SupplyChain", "verify-signatures.mjs"), file);

        Assert.That(code, Is.Zero, output);
        Assert.That(output.Trim(), Is.EqualTo("payload true false, envelope true false, message true false"));
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var error = process.StandardError.ReadToEndAsync(late.Token);
        var output = await process.StandardOutput.ReadToEndAsync(late.Token) + await error;
        await process.WaitForExitAsync(late.Token);
        return (process.ExitCode, output);
    }
}
