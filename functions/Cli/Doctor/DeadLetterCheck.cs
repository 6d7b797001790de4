using System.Collections.Immutable;
using CdAutomation.Cli.DeadLetters;
using Grpc.Core;

namespace CdAutomation.Cli.Doctor;

/// <summary>Does anything wait among the dead letters? They are looked at and given back.</summary>
internal sealed class DeadLetterCheck(PubSubPlace pubsub, DoctorPlace place)
{
    private const string Name = "dead letters";
    private const int Most = 100;

    /// <summary>Pub/Sub tells no number: how long it may be silent before there is taken to be none.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public Examination It => new(Name, LookAsync);

    private async Task<ImmutableArray<CheckResult>> LookAsync(CancellationToken cancellation)
    {
        var queue = new DeadLetterQueue(pubsub, Silence);
        var count = 0;
        try
        {
            await foreach (var _ in queue.PullAsync(Most, cancellation))
                count++;
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return [CheckResult.Unknown(Name, $"{place.DeadLetters} is missing")];
        }
        finally
        {
            await queue.GiveBackAsync();
        }

        if (count == 0)
            return [CheckResult.Well(Name, "none waits")];
        var number = count == Most ? $"{count} or more wait" : count == 1 ? "one waits" : $"{count} wait";
        return [CheckResult.Broken(Name, $"{number} for somebody to decide", place.Up is null ? $"cdctl deadletters list --project {place.Project}" : "cdctl deadletters list")];
    }
}
