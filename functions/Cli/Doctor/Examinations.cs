using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Remote;
using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;

namespace CdAutomation.Cli.Doctor;

/// <summary>Looks at everything at the same time, at each thing for a bounded time.</summary>
/// <param name="patience">How long one thing may take.</param>
/// <param name="viewers">The command that lets the caller look at what it may not see.</param>
internal sealed class Examinations(TimeSpan patience, string? viewers)
{
    /// <summary>What was found, in the order of what was asked.</summary>
    /// <param name="all">What is to be looked at.</param>
    /// <param name="ended">Told how many have ended, after each.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<ImmutableArray<CheckResult>> RunAsync(IReadOnlyList<Examination> all, Action<int> ended, CancellationToken cancellation)
    {
        var done = 0;
        var found = await Task.WhenAll(all.Select(async one =>
        {
            var results = await LookAsync(one, cancellation);
            ended(Interlocked.Increment(ref done));
            return results;
        }));
        return [.. found.SelectMany(results => results)];
    }

    private async Task<ImmutableArray<CheckResult>> LookAsync(Examination one, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            return await one.LookAsync(late.Token);
        }
        catch (Exception) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return [CheckResult.Unknown(one.Name, $"there was no answer within {patience.TotalSeconds:0} s")];
        }
        catch (RpcException fault)
        {
            return [Unasked(one.Name, fault)];
        }
        catch (AccessTokenUnavailableException fault)
        {
            return [CheckResult.Unknown(one.Name, $"there is no token to ask with: {fault.Message}", OwnTokens.Mend)];
        }
        catch (Exception fault) when (fault is ConnectionException or HttpRequestException or JsonException or IOException)
        {
            return [CheckResult.Unknown(one.Name, fault.Message)];
        }
    }

    private CheckResult Unasked(string name, RpcException fault) => fault.StatusCode switch
    {
        StatusCode.Unauthenticated => CheckResult.Unknown(name, $"the token is refused: {fault.Status.Detail}", OwnTokens.Mend),
        StatusCode.PermissionDenied => CheckResult.Unknown(name, $"you may not look: {fault.Status.Detail}", viewers),
        StatusCode.Unimplemented => CheckResult.Unknown(name, $"what is asked does not know this question: {fault.Status.Detail}"),
        StatusCode.Unavailable => CheckResult.Unknown(name, $"nobody answers: {fault.Status.Detail}"),
        _ => CheckResult.Unknown(name, $"the answer is {fault.StatusCode}: {fault.Status.Detail}"),
    };
}
