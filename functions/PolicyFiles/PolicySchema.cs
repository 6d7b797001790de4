using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Schema;

namespace CdAutomation.PolicyFiles;

/// <summary>The language as a JSON Schema (draft 2020-12), for editors. It is made of the model by which policies are read.</summary>
public static class PolicySchema
{
    // Indented as the repository's own JSON, with line feeds on every machine: the same model gives the same text.
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema; always the same text, ending with a line feed.</summary>
    public static string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "Policies of CdAutomation");
            json.WriteString("description", "One document of policies; a YAML file may hold several, separated by ---.");
            json.WriteStartArray("oneOf");
            foreach (var (kind, spec) in DocumentModel.Kinds)
                SchemaWriter.Write(json, DocumentModel.Of(kind, spec));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }
}
