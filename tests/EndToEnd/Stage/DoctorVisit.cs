using System.Text.Json;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>The answer of <c>cdctl doctor --json</c>, as a script reads it.</summary>
internal sealed class DoctorVisit
{
    private readonly string _text;
    private readonly List<JsonElement> _checks;

    private DoctorVisit(Command command)
    {
        _text = $"{command.Line}\n{command.Code}\n{command.Output}\n{command.Error}";
        Code = command.Code;
        using var document = JsonDocument.Parse(command.Output.Length > 0 ? command.Output : "{}");
        _checks = document.RootElement.TryGetProperty("checks", out var checks) ? [.. checks.Clone().EnumerateArray()] : [];
    }

    /// <summary>How the command ended.</summary>
    public int Code { get; }

    /// <summary>The checks that found something broken.</summary>
    public IReadOnlyList<string> Broken => [.. Named("broken")];

    /// <summary>The checks that could not look.</summary>
    public IReadOnlyList<string> Unknown => [.. Named("unknown")];

    /// <summary>The checks that found nothing wrong.</summary>
    public IReadOnlyList<string> Well => [.. Named("well")];

    /// <summary>Runs it as somebody for whom <c>cdctl up</c> is started.</summary>
    /// <param name="folder">Whose.</param>
    /// <param name="environment">What else is set.</param>
    public static Task<DoctorVisit> PayAsync(UpFolder folder, params (string Key, string Value)[] environment) => PayAsync(folder, [], environment);

    /// <inheritdoc cref="PayAsync(UpFolder, ValueTuple{string, string}[])"/>
    public static async Task<DoctorVisit> PayAsync(UpFolder folder, string[] arguments, params (string Key, string Value)[] environment)
    {
        var variables = folder.Environment;
        foreach (var (key, value) in environment)
            variables[key] = value;
        return new(await Command.RunAsync("dotnet", [Cdctl.Program, "doctor", "--json", .. arguments], variables));
    }

    /// <summary>What was seen and what mends it, of all that is broken under a name.</summary>
    public (string Sentence, string Mend) Of(string check)
    {
        var found = _checks.Where(it => it.GetProperty("check").GetString() == check && it.GetProperty("state").GetString() == "broken").ToList();
        Assert.That(found, Is.Not.Empty, $"{check} is not said to be broken: {this}");
        return (string.Join("; ", found.Select(it => it.GetProperty("sentence").GetString())), string.Join("; ", found.Select(it => it.GetProperty("mend").GetString())));
    }

    public override string ToString() => _text;

    private IEnumerable<string> Named(string state) => _checks
        .Where(check => check.GetProperty("state").GetString() == state).Select(check => check.GetProperty("check").GetString()!).Distinct();
}
