using System.Globalization;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>What counts where a key is left out, for the reader, the canonical form and the schema alike.</summary>
internal static class Defaults
{
    public const string BuildStatus = "SUCCESS";

    public const int Approvals = 1;

    public const int HttpStatus = 200;

    public const int Attempts = 5;

    public static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(10);

    // As long as Cloud Run gives a task of its own accord (run.proto, TaskTemplate.timeout).
    public static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(10);

    /// <summary>As JSON.</summary>
    public static string Json(string text) => $"\"{text}\"";

    /// <summary>As JSON.</summary>
    public static string Json(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>As JSON.</summary>
    public static string Json(TimeSpan span) => Json(Durations.Write(span));

    /// <summary>Of an image in a test.</summary>
    public static TimeSpan TestAge => PolicyTestGiven.UsualAge;
}
