using System.Text;
using System.Text.Json;

namespace CdAutomation.Benchmarks;

/// <summary>What was measured, for scripts.</summary>
internal static class JsonReport
{
    /// <summary>Writes one JSON object and the end of a line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="fields">Writes what is in the object.</param>
    public static void Write(TextWriter output, Action<Utf8JsonWriter> fields)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }
}
