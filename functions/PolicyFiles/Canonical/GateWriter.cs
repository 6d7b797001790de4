using System.Globalization;
using System.Text.Json;
using CdAutomation.Domain.Gates;
using CdAutomation.PolicyFiles.Language;
using CdAutomation.PolicyFiles.Language.Model;

namespace CdAutomation.PolicyFiles.Canonical;

/// <summary>Writes gates, windows and freezes as their canonical form.</summary>
internal static class GateWriter
{
    /// <summary>The content of <c>gates</c>, in the order of the language.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyCollection<Gate> gates)
    {
        var names = GateModel.Shape.Names;
        foreach (var gate in gates.OrderBy(gate => names.IndexOf(gate.Name)))
        {
            if (gate is Gate.Windows windows)
                json.List(gate.Name, windows.All, window => json.Mapping(() => Write(json, window)));
            else
                json.Mapping(gate.Name, () => Content(json, gate));
        }
    }

    /// <summary>The <c>spec</c> of a freeze.</summary>
    public static void Write(Utf8JsonWriter json, Freeze freeze)
    {
        json.Local(WindowModel.From, freeze.Span.From);
        json.Local(WindowModel.To, freeze.Span.To);
        json.Text(WindowModel.TimeZone, freeze.TimeZone);
        json.Text(WindowModel.Reason, freeze.Reason);
        json.Texts(WindowModel.Except, [.. freeze.Except.Order(StringComparer.Ordinal).Select(name => $"pipeline:{name}")]);
    }

    // The first four are no gates of a stage's own; who puts one there has made a mistake in the program.
    private static void Content(Utf8JsonWriter json, Gate gate) => gate.Match<Action>(
        frozen => throw Foreign(frozen),
        after => throw Foreign(after),
        age => throw Foreign(age),
        platform => throw Foreign(platform),
        build => () => Content(json, build),
        windows => throw Foreign(windows),
        rate => () =>
        {
            json.Whole(GateModel.AtMost, rate.AtMost);
            json.Span(GateModel.Per, rate.Per);
        },
        approvals => () => Content(json, approvals),
        webhook => () =>
        {
            json.Text(GateModel.Url, webhook.Url);
            json.Span(GateModel.Timeout, webhook.Timeout, Defaults.WebhookTimeout);
        },
        signature => () =>
        {
            json.Text(GateModel.PublicKey, signature.PublicKey);
            json.Text(GateModel.Pem, signature.Pem);
        },
        vulnerabilities => () =>
        {
            json.Word(GateModel.Worst, Words.Severities, vulnerabilities.AtMost);
            json.Flag(GateModel.FixableOnly, vulnerabilities.FixableOnly, false);
        },
        provenance => () =>
        {
            json.Text(GateModel.Builder, provenance.Builder);
            json.Text(GateModel.Source, provenance.Repository);
        })();

    private static void Content(Utf8JsonWriter json, Gate.Build build)
    {
        json.Text(GateModel.Status, build.Status == Defaults.BuildStatus ? null : build.Status);
        json.Texts(GateModel.Triggers, build.Triggers);
        json.Text(GateModel.Branch, build.Branch);
        json.Text(GateModel.Repository, build.Repository);
    }

    private static void Content(Utf8JsonWriter json, Gate.Approvals approvals)
    {
        json.Whole(GateModel.Count, approvals.Count, Defaults.Approvals);
        json.Texts(GateModel.From, approvals.From);
        json.Span(GateModel.Deadline, approvals.Deadline);
        json.Flag(GateModel.NotAuthor, approvals.NotAuthor, false);
    }

    private static void Write(Utf8JsonWriter json, Window window)
    {
        json.Word(WindowModel.Kind, Words.WindowKinds, window.Kind);
        window.Schedule.Match<Action>(
            weekly => () => Content(json, weekly),
            once => () =>
            {
                json.Local(WindowModel.From, once.From);
                json.Local(WindowModel.To, once.To);
            })();
        json.Text(WindowModel.TimeZone, window.TimeZone);
        json.Text(WindowModel.Reason, window.Reason);
    }

    private static void Content(Utf8JsonWriter json, Schedule.Weekly weekly)
    {
        var whole = weekly.From == weekly.To;
        var every = weekly.Days.SetEquals(Days.All);
        if (!every)
            json.Text(WindowModel.Days, string.Join(',', Words.Days.Values.Where(weekly.Days.Contains).Select(Words.Days.WordOf)));
        if (!whole || every)
            json.Text(WindowModel.Hours, $"{Time(weekly.From)}-{(weekly.To == TimeOnly.MinValue ? "24:00" : Time(weekly.To))}");
    }

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static InvalidOperationException Foreign(Gate gate) => new($"The gate {gate.Name} is not one that a stage names.");
}
