using System.Collections.Immutable;
using System.CommandLine;
using CdAutomation.Cli.Commands;
using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>Asks the API why dead letters failed, which Pub/Sub does not know. That nobody answers is no reason to show no letters.</summary>
internal static class FailureLookup
{
    public static async Task<ImmutableArray<DeadLetter>> ExplainAsync(
        ImmutableArray<DeadLetter> letters, ParseResult arguments, CancellationToken cancellation)
    {
        if (letters.IsEmpty)
            return letters;
        try
        {
            using var connection = Connection.Open(arguments);
            var failures = new List<Failure>();
            foreach (var contents in letters.Select(letter => letter.Content).Distinct().Chunk(DeadLetterRequests.ContentsMax))
            {
                var query = string.Join('&', contents.Select(content => $"content={content}"));
                var (report, problem) = await connection.GetAsync($"/v1/failures?{query}", ApiJson.Default.FailuresReport, cancellation);
                if (report is null)
                    return Unknown(letters, $"the API does not say: {problem!.Title}, {problem.Detail}");
                failures.AddRange(report.Failures);
            }

            var known = failures.ToLookup(failure => failure.Content);
            return [.. letters.Select(letter => letter with { Reason = Best(letter, known[letter.Content]) })];
        }
        catch (ConnectionException fault)
        {
            return Unknown(letters, fault.Message);
        }
    }

    /// <summary>Of messages that say the same, the one that was published at that instant.</summary>
    private static Reason Best(DeadLetter letter, IEnumerable<Failure> failures) => failures
        .FirstOrDefault(failure => failure.PublishedAt.ToUnixTimeMilliseconds() == letter.PublishedAt.ToUnixTimeMilliseconds())?.Reason
        ?? new("failure.unknown", "no failure of it was kept: the functions were away, or could not answer at all");

    private static ImmutableArray<DeadLetter> Unknown(ImmutableArray<DeadLetter> letters, string why) =>
        [.. letters.Select(letter => letter with { Reason = new("failure.unknown", why) })];
}
