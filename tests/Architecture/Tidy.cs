using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>What the style says of files and lines.</summary>
public sealed partial class Tidy
{
    private const int HardCeiling = 300;
    private const int Ceiling = 200;
    private const int Columns = 180;

    // This may only fall.
    private const int FilesOverCeiling = 9;

    /// <summary>Hosts and the loops nobody awaits: what escaped there would end the process or a service in silence.</summary>
    private static readonly string[] HostBoundaries =
    [
        "functions/LocalCloud/Registry/AnnouncementOutbox.cs",
        "functions/LocalCloud/Run/JobReconciler.cs",
        "functions/LocalCloud/Run/ReconcileLoops.cs",
    ];

    [Test]
    public void No_file_is_longer_than_300_lines() => Findings.None(
        "A file has at most 300 lines.", Long(HardCeiling));

    [Test]
    public void Fewer_and_fewer_files_are_longer_than_200_lines() => Findings.AtMost(
        FilesOverCeiling, "A file should have at most 200 lines.", Long(Ceiling));

    [Test]
    public void No_line_is_wider_than_180_columns() => Findings.None(
        "A line has at most 180 columns.",
        from file in Repository.Sources
        from line in Repository.Lines(file).Select((text, index) => (text.Length, Number: index + 1))
        where line.Length > Columns
        select $"{file}:{line.Number}: {line.Length}");

    [Test]
    public void Nothing_is_left_for_later() => Findings.None(
        "What is not done is not written down as a reminder.", SourceText.Search(Repository.Sources, Reminder()));

    [Test]
    public void A_silenced_warning_has_its_reason_beside_it() => Findings.None(
        "'#pragma warning disable' names what, and why in a comment on the same line.",
        SourceText.Search(Repository.Sources, SilencedWithoutReason()));

    [Test]
    public void Only_a_host_catches_everything() => Findings.None(
        "Outside a host's boundary an exception is caught by its type, filtered, or thrown on.",
        Repository.Sources.Except(HostBoundaries).SelectMany(CaughtAll));

    [Test]
    public void Every_boundary_of_a_host_still_catches() => Findings.None(
        "A file that may catch everything does; otherwise strike it off.",
        HostBoundaries.Where(it => !Repository.Sources.Contains(it) || !CaughtAll(it).Any()));

    [Test]
    public void Tests_take_their_time_from_a_clock_too() => Findings.None(
        "Functions are held to this by the analyzer, tests by this search.",
        SourceText.Search(Repository.Sources.Where(it => it.StartsWith("tests/", StringComparison.Ordinal)), MachineTime()));

    [Test]
    public void Folders_are_not_drawers() => Findings.None(
        "A file or folder bears a word of the domain.",
        Repository.Sources.Where(it => Drawer().IsMatch(it)));

    private static IEnumerable<string> Long(int lines) =>
        from file in Repository.Sources
        let length = Repository.Lines(file).Length
        where length > lines
        orderby length descending
        select $"{file}: {length} lines";

    [TestCase("// TO" + "DO: later")]
    [TestCase("Work(); // FIX" + "ME")]
    public void A_reminder_is_found(string line) => Assert.That(line, Does.Match(Reminder()));

    [TestCase("#pragma warning disable", true)]
    [TestCase("#pragma warning disable CA1031", true)]
    [TestCase("#pragma warning disable CA1031, CA2100 //", true)]
    [TestCase("#pragma warning disable CA1031, CA2100 // A loop that nobody awaits.", false)]
    [TestCase("#pragma warning restore CA1031", false)]
    public void A_silenced_warning_without_a_reason_is_found(string line, bool found) =>
        Assert.That(SilencedWithoutReason().IsMatch(line), Is.EqualTo(found));

    // In two pieces, or this file would be found.
    [TestCase("try { } ca" + "tch { }", true)]
    [TestCase("try { } ca" + "tch (Exception) { Log(); }", true)]
    [TestCase("try { }\nca" + "tch (System.Exception fault)\n#pragma warning restore CA1031\n{\n  Log(fault);\n}", true)]
    [TestCase("try { } ca" + "tch (Exception fault) when (fault is IOException) { }", false)]
    [TestCase("try { } ca" + "tch (IOException) { }", false)]
    [TestCase("try { } ca" + "tch { Undo(); throw; }", false)]
    [TestCase("// ca" + "tch { }", false)]
    public void Catching_everything_is_found(string code, bool found) => Assert.That(CaughtAll("", code.Split('\n')).Any(), Is.EqualTo(found));

    private static IEnumerable<string> CaughtAll(string file) => CaughtAll(file, Repository.Lines(file));

    private static IEnumerable<string> CaughtAll(string file, IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines.Select(SourceText.OnlyCode));
        return CatchAll().Matches(text)
            .Where(it => !ThrowsOn().IsMatch(SourceText.Block(text, it.Index)))
            .Select(it => $"{file}:{SourceText.LineAt(text, it.Index)}: {it.Value.Trim()}");
    }

    [GeneratedRegex(@"\b(TO(?:DO)|FIX(?:ME)|HA(?:CK)|XX(?:X))\b")]
    private static partial Regex Reminder();

    [GeneratedRegex(@"^\s*#pragma\s+warning\s+disable(?!\s+\w+(\s*,\s*\w+)*\s*//\s*\S)")]
    private static partial Regex SilencedWithoutReason();

    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\.)?Exception(\s+\w+)?\s*\)\s*)?(?=\{)")]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"\bthrow\b")]
    private static partial Regex ThrowsOn();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bThread\.Sleep\b|\bStopwatch\.StartNew\b.*Assert")]
    private static partial Regex MachineTime();

    [GeneratedRegex(@"(?:^|/)\w*(Utils?|Utilities|Helpers?|Common|Managers?|Misc)(/|\.cs$)")]
    private static partial Regex Drawer();
}
