using CdAutomation.GoogleCloud.Calls;
using Grpc.Core;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>How Cloud Run is talked to.</summary>
public sealed record CloudRunOptions
{
    /// <summary>
    /// Where the Admin API is, whatever the region; null means Google's own endpoint of each region. Over plain http (the local Cloud Run,
    /// HTTP/2 without TLS) no token is sent.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>
    /// The longest that one order is worked on before it is answered as unfinished; to be below the deadline of the delivery that runs it.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long one question for the end of an operation may stay open.</summary>
    public TimeSpan WaitSlice { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pause between two looks at a service that is not settled.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often one order may be written, the first write included, before the others who write are left to finish.</summary>
    public int WritesMax { get; init; } = 5;

    /// <summary>Timeouts, retries and breaker, a region each.</summary>
    public CallLimits Limits { get; init; } = new();

    /// <summary>Carries the calls in place of a connection, for a model of Cloud Run within the process; null connects.</summary>
    internal CallInvoker? Invoker { get; init; }
}
