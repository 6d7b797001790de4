namespace CdAutomation.Storage.Firestore;

/// <summary>Which database the journal is kept in. It is one in Native mode, and the journal's collections are all that is in it.</summary>
public sealed record FirestoreOptions
{
    /// <summary>The usual name of a project's first database (Firestore's page "Manage databases").</summary>
    public const string UsualDatabase = "(default)";

    /// <summary>Id of the project.</summary>
    public required string Project { get; init; }

    /// <summary>Id of the database.</summary>
    public string Database { get; init; } = UsualDatabase;

    /// <summary>Scheme, host and port of Google's service.</summary>
    public Uri Endpoint { get; init; } = new("https://firestore.googleapis.com");

    /// <summary>
    /// Host and port of Google's emulator, as FIRESTORE_EMULATOR_HOST has them; null asks <see cref="Endpoint"/>. The emulator is spoken to
    /// without encryption, and lets everybody in who says that they own it.
    /// </summary>
    public string? EmulatorHost { get; init; }

    /// <summary>
    /// How long events, decisions and news of policies are kept, 31 days at least; null keeps them for ever. Written as the field
    /// <c>expireAt</c>; the database deletes by it only where a TTL policy names the field. States and policies in force stay.
    /// </summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>How long calls may take.</summary>
    public FirestoreLimits Limits { get; init; } = new();
}

/// <summary>
/// How long a use of the store may take. The default of the whole is below 10 s, the shortest deadline that a push subscription can have:
/// the sender is to be told that nothing was kept, and not to give up unanswered.
/// </summary>
public sealed record FirestoreLimits
{
    /// <summary>One use with all its attempts. At least 10 ms.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>One attempt: a read, a commit, or a read and the commit that goes by it. At least 10 ms.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often the service is asked again when it did not answer; at least 1.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>How often a commit is tried again that others overtook; at least 1.</summary>
    public int OvertakenMax { get; init; } = 60;
}
