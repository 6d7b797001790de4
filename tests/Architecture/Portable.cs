using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>The repository names no machine and no mirror: it works the same wherever it is checked out.</summary>
public sealed partial class Portable
{
    private static IEnumerable<string> Texts => Repository.Files.Where(it => !IsBinary(it));

    [Test]
    public void No_file_names_a_path_of_one_machine() => Findings.None(
        "Paths are relative to the repository, or found.", SourceText.Search(Texts, MachinePath()));

    [Test]
    public void No_file_names_a_package_registry() => Findings.None(
        "Where packages come from is each machine's own setting.", SourceText.Search(Texts, PackageRegistry()));

    [Test]
    public void Lock_files_record_no_addresses() => Findings.None(
        "npm is told to leave them out (omit-lockfile-registry-resolved).",
        SourceText.Search(Texts.Where(it => Path.GetFileName(it) == "package-lock.json"), Resolved()));

    [Test]
    public void Scripts_have_unix_line_ends() => Findings.None(
        "bash cannot read others.",
        Repository.Files.Where(it => it.EndsWith(".sh", StringComparison.Ordinal) || it.StartsWith(".ci/", StringComparison.Ordinal))
            .Where(it => Repository.Text(it).Contains('\r', StringComparison.Ordinal)));

    // In two pieces, or this file would be found.
    [TestCase("cd /" + "work/main")]
    [TestCase("\"/" + "root\"")]
    [TestCase("open /" + "home/somebody/x")]
    public void A_path_of_one_machine_is_found(string line) => Assert.That(line, Does.Match(MachinePath()));

    [TestCase("https://host/" + "work/page")]
    [TestCase("tests/" + "work/x")]
    [TestCase("/" + "workspace")]
    [TestCase("/v2/_catalog")]
    public void Another_path_is_not(string line) => Assert.That(line, Does.Not.Match(MachinePath()));

    private static bool IsBinary(string file)
    {
        using var content = File.OpenRead(Repository.Absolute(file));
        Span<byte> start = stackalloc byte[4096];
        return start[..content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }

    // Not where it goes on from something else, as in https://host/work or $HOME/root.
    [GeneratedRegex("""(?<![\w.:/}$~-])/(home|Users|(root|work)(?=[/\s"'`)]|$))(/\w|[/\s"'`)]|$)""")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(npm(?:js)|nu(?:get)\.org|yarn(?:pkg)|py(?:pi)\.|crates\.(?:io)|pkgs\.dev\.(?:azure)|jfrog\.(?:io))", RegexOptions.IgnoreCase)]
    private static partial Regex PackageRegistry();

    [GeneratedRegex("\"resolved\"\\s*:")]
    private static partial Regex Resolved();
}
