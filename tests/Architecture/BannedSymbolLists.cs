using System.Reflection;
using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>The lists that keep the rooms pure name real things, and are in force. A misspelt entry bans nothing and says nothing.</summary>
public sealed partial class BannedSymbolLists
{
    private static readonly Lazy<Type[]> BaseLibrary = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(it => Path.GetFileNameWithoutExtension(it)!)
            .Where(it => it.StartsWith("System.", StringComparison.Ordinal))
            .SelectMany(it => Assembly.Load(it).GetExportedTypes()),
    ]);

    private static IEnumerable<TestCaseData> Entries =>
        from file in Repository.Files
        where Path.GetFileName(file) == "BannedSymbols.txt"
        from line in Repository.Lines(file)
        where line.Length > 0
        select new TestCaseData(line).SetArgDisplayNames(file, line.Split(';')[0]);

    [TestCaseSource(nameof(Entries))]
    public void An_entry_names_something_that_exists_and_says_what_to_do_instead(string entry)
    {
        var match = Entry().Match(entry);
        Assert.That(match.Success, Is.True, "kind, symbol, and after a semicolon the advice");
        var (kind, symbol) = (match.Groups["kind"].Value, match.Groups["symbol"].Value);
        Assert.That(Exists(kind, symbol, match.Groups["parameters"]), Is.True, $"{kind}:{symbol} is nothing of the base library");
    }

    [Test]
    public void The_domain_may_not_ask_the_time_nor_wait_nor_speak_to_the_world() => Assert.That(
        Repository.Lines("functions/Domain/BannedSymbols.txt").Select(it => it.Split(';')[0]),
        Is.SupersetOf(new[] { "T:System.TimeProvider", "T:System.Random", "T:System.Environment", "N:System.IO", "N:System.Net", "N:System.Threading.Tasks" }));

    [TestCase("Domain", 2)]
    [TestCase("Delivery", 1)]
    [TestCase("Triggers", 1)]
    public async Task The_lists_reach_the_compiler(string room, int lists)
    {
        var project = await Evaluated.ReadAsync($"functions/{room}/{room}.csproj", Repository.Metadata("GoogleClients"));
        var given = project.Included("AdditionalFiles").Where(it => it.EndsWith("BannedSymbols.txt", StringComparison.Ordinal)).ToList();
        Assert.That(given, Has.Count.EqualTo(lists));
        Assert.That(given, Has.All.Matches<string>(File.Exists));
        Assert.That(project.Included("PackageReference"), Has.One.EqualTo("Microsoft.CodeAnalysis.BannedApiAnalyzers"));
        Assert.That(project.Property("NoWarn"), Does.Not.Contain("RS0030"));
        Assert.That(project.Property("RunAnalyzers"), Is.Not.EqualTo("false"));
    }

    [Test]
    public void A_banned_symbol_is_an_error() =>
        Assert.That(Repository.Lines(".editorconfig"), Has.One.EqualTo("dotnet_diagnostic.RS0030.severity = error"));

    [Test]
    public void Nobody_silences_it() => Findings.None(
        "A banned symbol is not used, rather than allowed.",
        SourceText.Search(
            Repository.Files.Where(it => it.StartsWith("functions/", StringComparison.Ordinal) && Path.GetExtension(it) is ".cs" or ".csproj" or ".props"),
            Silenced()));

    private static bool Exists(string kind, string symbol, Group parameters)
    {
        if (kind == "N")
            return BaseLibrary.Value.Any(it => it.Namespace == symbol);
        if (kind == "T")
            return TypeOf(symbol) is not null;
        var dot = symbol.LastIndexOf('.');
        var member = symbol[(dot + 1)..];
        return TypeOf(symbol[..dot]) is { } type && kind switch
        {
            "P" => type.GetProperty(member) is not null,
            "F" => type.GetField(member) is not null,
            "E" => type.GetEvent(member) is not null,
            _ => type.GetMethod(member, [.. ParameterTypes(parameters)]) is not null,
        };
    }

    private static IEnumerable<Type> ParameterTypes(Group parameters) => parameters.Success
        ? parameters.Value.Split(',').Select(it => TypeOf(it.Trim()) ?? throw new InvalidOperationException($"{it} is no type"))
        : [];

    private static Type? TypeOf(string name) => BaseLibrary.Value.FirstOrDefault(it => it.FullName == name);

    [GeneratedRegex(@"^(?<kind>[TNMPFE]):(?<symbol>[\w.`]+)(\((?<parameters>[\w., `]+)\))?;\S.+$")]
    private static partial Regex Entry();

    [GeneratedRegex("(disable|NoWarn|SuppressMessage).*RS0030")]
    private static partial Regex Silenced();
}
