using System.Globalization;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A window and where it stands.</summary>
internal sealed record PlacedWindow(Window Window, Position At);

/// <summary>Reads the <c>windows</c> gate.</summary>
internal static class WindowsPart
{
    /// <summary>The gate, or null where no window of it can be used.</summary>
    public static Gate.Windows? Read(Fields gates, ProblemList problems)
    {
        var windows = gates.Items(GateModel.Windows).Select(item => Window(item, problems)).OfType<PlacedWindow>().ToArray();
        Coverage.Check(windows, problems);
        return windows is [] ? null : new Gate.Windows([.. windows.Select(placed => placed.Window)]);
    }

    /// <summary>The span of <c>from</c> and <c>to</c>, or null where one is missing or they are in the wrong order.</summary>
    public static Schedule.Once? Once(Fields fields, ProblemList problems)
    {
        var (from, to) = (problems.Local(fields, WindowModel.From), problems.Local(fields, WindowModel.To));
        if (from is not { } opens || to is not { } closes)
            return null;
        if (opens < closes)
            return new Schedule.Once(opens, closes);
        problems.Error(fields.ValueAt(WindowModel.To), "policy.window",
            $"'to' is {Excerpt.Of(fields.Text(WindowModel.To))}, which is not after 'from' {Excerpt.Of(fields.Text(WindowModel.From))}; "
                + "'to' is the first minute after the span");
        return null;
    }

    private static PlacedWindow? Window(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, WindowModel.Shape, problems) is not { } fields)
            return null;
        var kind = fields.Choice(WindowModel.Kind, Words.WindowKinds);
        var zone = problems.TimeZone(fields);
        var reason = fields.Text(WindowModel.Reason);
        Schedule? once = fields.Has(WindowModel.From) || fields.Has(WindowModel.To) ? Once(fields, problems) : null;
        var weekly = fields.Has(WindowModel.Days) || fields.Has(WindowModel.Hours) ? Weekly(fields, problems) : null;
        return kind is { } does && zone is not null && (once ?? weekly) is { } schedule
            ? new(new Window(does, schedule, zone, reason), fields.At)
            : null;
    }

    private static Schedule.Weekly? Weekly(Fields fields, ProblemList problems)
    {
        var days = fields.Node(WindowModel.Days) is { } node ? Days.Read(node, problems) : Days.All;
        if (!fields.Has(WindowModel.Hours))
            return days is null ? null : new(days, TimeOnly.MinValue, TimeOnly.MinValue);
        if (fields.Text(WindowModel.Hours) is not { } text)
            return null;

        var (from, to) = (text[..5], text[6..]);
        if (from == to)
        {
            problems.Error(fields.ValueAt(WindowModel.Hours), "policy.window",
                $"'hours' is {Excerpt.Of(text)}, which is empty; the whole day is '00:00-24:00'");
            return null;
        }
        return days is null ? null : new(days, Time(from), Time(to));
    }

    private static TimeOnly Time(string text) =>
        text == "24:00" ? TimeOnly.MinValue : TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
