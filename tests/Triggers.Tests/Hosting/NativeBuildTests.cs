using System.Diagnostics;
using System.Reflection;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>The build that wakes in tens of milliseconds: published without one warning of trimming, and able to do the work.</summary>
[Category("Aot")]
public sealed class NativeBuildTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("cdautomation-aot-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_native_program_takes_an_event()
    {
        if (!File.Exists("/usr/bin/clang"))
            Assert.Ignore("clang is missing; on Debian: apt-get install -y clang zlib1g-dev");

        var log = await PublishAsync();
        Assert.That(log, Does.Not.Match(@"warning (IL|AD)\d+").And.Contains("Generating native code"));

        var store = Path.Combine(_folder, "store", "journal.db");
        await using var served = await FunctionProcess.ServeAsync(
            [Path.Combine(_folder, "out", "CdAutomation.Triggers")], "OnImagePushed", ("CDAUTOMATION_STORE", store));
        await ImageProof.TakesAnImageAsync(served, store);
        Assert.That(await served.TerminateAsync(), Is.Zero);
    }

    private async Task<string> PublishAsync()
    {
        var project = typeof(NativeBuildTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "TriggersProject").Value!;
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", project, "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-o", Path.Combine(_folder, "out"),
            "--nologo", "--disable-build-servers",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Its own folder: what another build of the same sources is doing is not to be disturbed.
        start.Environment["ArtifactsPath"] = Path.Combine(_folder, "artifacts");
        using var publish = Process.Start(start)!;
        var (output, errors) = (publish.StandardOutput.ReadToEndAsync(), publish.StandardError.ReadToEndAsync());
        await publish.WaitForExitAsync();
        var log = await output + await errors;
        Assert.That(publish.ExitCode, Is.Zero, log);
        return log;
    }
}
