using System.Collections.Immutable;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>days</c>: <c>mon-thu</c>, <c>mon,wed,fri</c>, or a list of such.</summary>
internal static class Days
{
    private const string Wanted = "where days are needed, e.g. mon-thu or [mon, wed]";

    // Seven days, each once, in whatever way they are parted; more is no list of days.
    private const int PartsMax = 14;

    /// <summary>Every day of the week.</summary>
    public static ImmutableSortedSet<DayOfWeek> All { get; } = [.. Enum.GetValues<DayOfWeek>()];

    /// <summary>The days, or null where something is wrong with them.</summary>
    public static ImmutableSortedSet<DayOfWeek>? Read(YamlNode node, ProblemList problems)
    {
        var items = node is YamlNode.Sequence list ? list.Items : [node];
        if (items is [] || items.Length > PartsMax)
        {
            problems.Error(node.At, "policy.value", $"'days' is {(items is [] ? "an empty list" : $"a list of {items.Length}")}, {Wanted}");
            return null;
        }

        var days = ImmutableSortedSet.CreateBuilder<DayOfWeek>();
        var errors = problems.Errors;
        foreach (var item in items)
        {
            if (problems.Text(item, node is YamlNode.Sequence ? "an item of days" : "days") is { } text)
                Add(text, item.At, days, problems);
        }
        return problems.Errors > errors ? null : days.ToImmutable();
    }

    private static void Add(string text, Position at, ImmutableSortedSet<DayOfWeek>.Builder days, ProblemList problems)
    {
        var parts = text.Split(',', PartsMax + 1);
        foreach (var part in parts.Take(PartsMax).Select(part => part.Trim()))
        {
            var ends = part.Split('-', 3);
            if (ends.FirstOrDefault(end => !Words.Days.TryGetValue(end, out _)) is { } unknown)
                problems.Error(at, "policy.value", $"'days' is {Excerpt.Of(text)}, {Wanted}; {Excerpt.Of(unknown)} is none{Nearest.Suggest(unknown, Words.Days.Words)}");
            else if (ends is [_, _, _] || parts.Length > PartsMax)
                problems.Error(at, "policy.value", $"'days' is {Excerpt.Of(text)}, {Wanted}");
            else
                Range(ends, days);
        }
    }

    // A range may run over the end of the week: fri-mon.
    private static void Range(string[] ends, ImmutableSortedSet<DayOfWeek>.Builder days)
    {
        _ = Words.Days.TryGetValue(ends[0], out var day);
        _ = Words.Days.TryGetValue(ends[^1], out var last);
        days.Add(day);
        while (day != last)
            days.Add(day = (DayOfWeek)(((int)day + 1) % 7));
    }
}
