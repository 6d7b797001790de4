using System.Diagnostics;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>
/// Where nothing is exported, spans still have ids and cost next to nothing: the logs of one push carry one trace id all the same, hours apart and
/// in several processes, and it is the one that is kept with the state.
/// </summary>
internal static class TraceIds
{
    /// <summary>Gives ids to the spans of these sources from now on, unless somebody records them.</summary>
    public static ActivityListener Give(params string[] sources)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Contains(source.Name, StringComparer.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
