using System.Collections;
using System.Globalization;
using System.Reflection;

namespace CdAutomation.PolicyFiles.Tests;

/// <summary>Everything that a value holds, as a text: records compare their lists by reference, and a writer that forgets one must be seen.</summary>
internal static class Flat
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        IFormattable simple => simple.ToString(null, CultureInfo.InvariantCulture),
        bool flag => $"{flag}",
        IEnumerable items => $"[{string.Join(',', items.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name}({string.Join(',', Properties(value))})",
    };

    private static IEnumerable<string> Properties(object value) => value.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters() is [])
        .Select(property => $"{property.Name}={Of(property.GetValue(value))}");
}
