using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace CdAutomation.Cli.Init;

/// <summary>
/// The variables of infra/examples/single-project, as Terraform reads them from a JSON file of variables (its page "Input Variables",
/// "Variable Definitions (.tfvars) Files").
/// </summary>
/// <param name="ProjectId">Id of the project of everything.</param>
/// <param name="Region">Region of everything, e.g. asia-northeast1.</param>
/// <param name="Policies">The GitHub repository of policies, OWNER/NAME.</param>
internal sealed partial record Settings(
    [property: JsonPropertyName("project_id")] string ProjectId,
    [property: JsonPropertyName("region")] string Region,
    [property: JsonPropertyName("policies")] string Policies)
{
    /// <summary>What the file is called where no other name is given.</summary>
    public const string FileName = "cdautomation.tfvars.json";

    /// <summary>The functions' image by digest; null while there is none.</summary>
    [JsonPropertyName("image")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Image { get; init; }

    /// <summary>Who may ask and order through the HTTP API, as IAM names them.</summary>
    [JsonPropertyName("operators")]
    public ImmutableArray<string> Operators { get; init => field = value.IsDefault ? [] : value; } = [];

    // The grammars are those of infra/modules/automation/variables.tf.
    public static bool IsProject(string text) => ProjectPattern().IsMatch(text);

    public static bool IsPolicies(string text) => PoliciesPattern().IsMatch(text);

    public static bool IsOperator(string text) => OperatorPattern().IsMatch(text);

    public static bool IsImage(string text) => ImagePattern().IsMatch(text);

    /// <exception cref="FormatException">The file is none that <c>cdctl init</c> writes.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Settings Read(string file)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(File.ReadAllText(file), SettingsJson.Default.Settings);
            return settings is { ProjectId: { } project, Region: not null } && IsProject(project)
                ? settings
                : throw new FormatException($"{file} names no project and region; 'cdctl init' writes a file that does");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{file} is no JSON file of Terraform variables such as 'cdctl init' writes: {fault.Message}");
        }
    }

    /// <summary>The file's text.</summary>
    public string Write() => JsonSerializer.Serialize(this, SettingsJson.Default.Settings) + "\n";

    [GeneratedRegex(@"^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PoliciesPattern();

    [GeneratedRegex(@"^(user|group|serviceAccount|principal|principalSet):\S+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex OperatorPattern();

    [GeneratedRegex(@"^\S+@sha256:[0-9a-f]{64}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ImagePattern();
}

/// <summary>How the file is read and written: for people too, on several lines.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Settings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
