using System.Globalization;
using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;
using CdAutomation.Storage.Firestore;

namespace CdAutomation.Triggers;

/// <content>The journal in Firestore, where CDAUTOMATION_STORE says <c>firestore</c>.</content>
internal sealed partial class TriggersConfiguration
{
    private const string FirestoreStore = "firestore";

    /// <summary>Days: a dead letter can be as old as 31, and the reason of its failure and what it said belong together.</summary>
    private const int DaysMin = 31;

    /// <summary>Days in ten years.</summary>
    private const int DaysMax = 3653;

    private FirestoreOptions? Firestore()
    {
        var (project, database, retention) = (Text("FIRESTORE_PROJECT"), Text("FIRESTORE_DATABASE"), Retention());
        if (Text("STORE") != FirestoreStore)
        {
            if ((project ?? database) is not null || retention is not null)
                Problem("STORE", "is not firestore, without which CDAUTOMATION_FIRESTORE_PROJECT, _DATABASE and _RETENTION mean nothing");
            return null;
        }

        if (project is null)
            return Missing<FirestoreOptions?>("FIRESTORE_PROJECT", "it names the project of the journal's database", null);
        if (!ProjectId().IsMatch(project))
            Problem("FIRESTORE_PROJECT", $"is {Excerpt.Of(project)}, which is no project's id");
        database ??= FirestoreOptions.UsualDatabase;
        if (database != FirestoreOptions.UsualDatabase && !DatabaseId().IsMatch(database))
            Problem("FIRESTORE_DATABASE", $"is {Excerpt.Of(database)}, which is no database's id");
        return new() { Project = project, Database = database, Retention = retention, EmulatorHost = EmulatorHost() };
    }

    private TimeSpan? Retention()
    {
        if (Text("FIRESTORE_RETENTION") is not { } text)
            return null;
        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= DaysMin and <= DaysMax)
            return TimeSpan.FromDays(days);
        Problem("FIRESTORE_RETENTION", $"is {Excerpt.Of(text)}, which is no number of days from {DaysMin}d to {DaysMax}d");
        return null;
    }

    // Named as Google's clients and its emulator have it.
    private string? EmulatorHost()
    {
        if (_configuration["FIRESTORE_EMULATOR_HOST"] is not { } text || string.IsNullOrWhiteSpace(text))
            return null;
        if (Uri.TryCreate($"http://{text.Trim()}", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0)
            return uri.Authority;
        // Not quoted: an address can hold a password.
        _problems.Add(new("configuration.invalid", "FIRESTORE_EMULATOR_HOST is no address; HOST:PORT is one"));
        return null;
    }

    // As Google's pages have them ("Creating and managing projects", with the older form that holds a domain; "Manage databases").
    [GeneratedRegex(@"^([a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]\z")]
    private static partial Regex ProjectId();

    [GeneratedRegex(@"^[a-z][a-z0-9-]{2,61}[a-z0-9]\z")]
    private static partial Regex DatabaseId();
}
