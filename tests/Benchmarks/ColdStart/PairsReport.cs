using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace CdAutomation.Benchmarks.ColdStart;

/// <summary>What the pairs show: for people as a table, for scripts as JSON.</summary>
internal static class PairsReport
{
    private static readonly double[] Shares = [0.1, 0.25, 0.5, 0.75, 0.9];

    public static void WriteTable(FunctionProgram program, Pairs pairs, TextWriter output)
    {
        output.WriteLine(FormattableString.Invariant($"{pairs.Without.Length} pairs of starts of {program.Name}, from the process to its first answer"));
        output.WriteLine($"{"",-24}{string.Concat(Shares.Select(share => $"{share.ToString("0 %", CultureInfo.InvariantCulture),10}"))}");
        Line("without telemetry, ms", pairs.Without, "0");
        Line("with telemetry, ms", pairs.With, "0");
        Line("with / without", pairs.Ratios, "0.00");

        void Line(string name, ImmutableArray<double> values, string format) => output.WriteLine(
            $"{name,-24}{string.Concat(Shares.Select(share => $"{Pairs.Quantile(values, share).ToString(format, CultureInfo.InvariantCulture),10}"))}");
    }

    public static void WriteJson(FunctionProgram program, Pairs pairs, TextWriter output) => JsonReport.Write(output, json =>
    {
        json.WriteString("program", program.Name);
        Write(json, "withoutMilliseconds", pairs.Without);
        Write(json, "withMilliseconds", pairs.With);
        json.WriteNumber("medianRatio", Pairs.Quantile(pairs.Ratios, 0.5));
    });

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
