using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdAutomation.Domain;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Canonical;
using CdAutomation.PolicyFiles.Language;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles;

/// <summary>
/// A set of policies as one JSON text, in the language's own words: keys in a fixed order, defaults left out, spans in one form, no white
/// space, lists of documents in ordinal order, public keys inside. Equal sets give equal bytes. The commit is not inside.
/// </summary>
public static class CanonicalPolicies
{
    // Ten thousand pipelines take about five million characters.
    private const int LengthMax = 16 << 20;
    private const int ValuesMax = 1_000_000;

    // A test's history stands seven levels deep, a strategy ten.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 24, AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a set; its commit is left out.</summary>
    public static string Write(PolicySet policies)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.Text(DocumentModel.Version, DocumentModel.ApiVersion);
            json.Text(CanonicalModel.Kind, CanonicalModel.SetKind);
            json.List(CanonicalModel.Freezes.Name, policies.Freezes.OrderBy(freeze => freeze.Name, StringComparer.Ordinal),
                freeze => Part(json, freeze.Name, () => GateWriter.Write(json, freeze)));
            json.List(CanonicalModel.Pipelines.Name, policies.Pipelines.Values.OrderBy(pipeline => pipeline.Name, StringComparer.Ordinal),
                pipeline => Part(json, pipeline.Name, () => PipelineWriter.Write(json, pipeline)));
            var tests = policies.Tests.OrderBy(test => test.Pipeline, StringComparer.Ordinal).ThenBy(test => test.Name, StringComparer.Ordinal);
            json.List(CanonicalModel.Tests.Name, tests, test => json.Mapping(() => TestWriter.Write(json, test)));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>
    /// Reads such a text as strictly as files are read. It comes from a registry, so its size, depth and number of values are bounded, and
    /// whatever it is, this ends with a set or with reasons (codes <c>bundle.*</c> for the text, <c>policy.*</c> for what it says).
    /// </summary>
    /// <param name="json">Anything.</param>
    /// <param name="commit">The git commit that the set is said to come from.</param>
    public static Parsed<PolicySet> Read(string json, string commit)
    {
        if (json.Length > LengthMax)
            return new Reason("bundle.size", $"the canonical policies have {json.Length} characters, where {LengthMax} are possible");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var nodes = JsonNodes.Of(document.RootElement, ValuesMax);
            return nodes is null
                ? new Reason("bundle.size", $"the canonical policies have more than {ValuesMax} values")
                : Read(nodes, commit);
        }
        catch (JsonException problem)
        {
            return new Reason("bundle.malformed",
                $"the canonical policies are no JSON of one object: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            return new Reason("bundle.malformed", "a text of the canonical policies is no Unicode: half of a surrogate pair stands alone");
        }
    }

    private static Parsed<PolicySet> Read(YamlNode root, string commit)
    {
        var problems = new ProblemList("policies.json");
        var gathering = new Gathering();
        if (Fields.Of(root, CanonicalModel.Set, problems) is { } set)
        {
            set.Word(DocumentModel.Version);
            set.Word(CanonicalModel.Kind);
            foreach (var freeze in set.Items(CanonicalModel.Freezes))
            {
                if (Head.Read(freeze, "Freeze", CanonicalModel.Freeze, problems) is { } head)
                    gathering.Add(FreezeDocument.Read(head, problems), true, problems);
            }
            foreach (var pipeline in set.Items(CanonicalModel.Pipelines))
            {
                if (Head.Read(pipeline, "Pipeline", CanonicalModel.Pipeline, problems) is { } head)
                    gathering.Add(PipelineDocument.Read(head, PipelineModel.Canonical, null, problems), true, problems);
            }
            gathering.Add([.. set.Items(CanonicalModel.Tests).Select(item => TestsPart.Read(item, problems)).OfType<PlacedTest>()], problems);
        }

        var reading = gathering.Close();
        return problems.Errors > 0
            ? Parsed<PolicySet>.Refused([.. problems.Sorted.Where(problem => problem.Level == ProblemLevel.Error)
                .Select(problem => new Reason(problem.Code, problem.Sentence))])
            : reading.ToSet(commit);
    }

    private static void Part(Utf8JsonWriter json, string name, Action write) => json.Mapping(() =>
    {
        json.Mapping(DocumentModel.MetadataKey.Name, () => json.Text(DocumentModel.Name, name));
        json.Mapping(DocumentModel.SpecKey.Name, write);
    });
}
