using System.Text.Json;
using System.Text.RegularExpressions;

namespace CdAutomation.Triggers.Events;

/// <summary>
/// The substitution that every trigger of an installation sets to whoever pushed the commit, from GitHub's own payload: <c>$(push.pusher.email)</c>.
/// What a trigger sets stands above what a build's file says; but of a trigger that does not set it, the file could say anything. So it is believed
/// only where the installation names it, and only beside the id of a trigger.
/// Source: Cloud Build, "Using payload bindings and bash parameter expansions in substitutions".
/// </summary>
/// <param name="Name">As Cloud Build has it, e.g. <c>_PUSHER</c>.</param>
public sealed partial record AuthorSubstitution(string Name)
{
    /// <summary>The longest that an address can be (RFC 5321, 4.5.3.1).</summary>
    private const int AddressMax = 254;

    /// <summary>Whether the text can be the name of a substitution of one's own: <c>_</c>, then capitals, digits and <c>_</c>.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>The address among a build's substitutions; null where there is none, or it is none.</summary>
    internal string? Of(JsonElement? substitutions) =>
        substitutions.Text(Name, AddressMax) is { } text && AddressPattern().IsMatch(text) ? text : null;

    [GeneratedRegex(@"^_[A-Z0-9_]{1,99}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    // What was not bound stays as $(push.pusher.email).
    [GeneratedRegex(@"^[^\s@()<>,;:""]+@[^\s@()<>,;:""]+\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex AddressPattern();
}
