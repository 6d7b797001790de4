namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// What a service needs next; a function of what is written down alone, so that a new process goes on where another died.
/// </summary>
internal abstract record ReconcileStep
{
    private ReconcileStep() { }

    /// <summary>Nothing, until somebody writes.</summary>
    public sealed record Rest : ReconcileStep;

    /// <summary>Everything of the service is to go.</summary>
    public sealed record Remove(IReadOnlyList<string> Revisions, string NewestOperation) : ReconcileStep;

    /// <summary>Revisions have to start before anything else can be said.</summary>
    public sealed record Start(IReadOnlyList<StoredRevision> Revisions) : ReconcileStep;

    /// <summary>All is known: write the end down, unless the newest operation is held back.</summary>
    public sealed record Settle(long Generation, string NewestOperation) : ReconcileStep;

    /// <param name="revisions">All of the service, newest first.</param>
    /// <param name="open">Its operations that are not done, newest first.</param>
    public static ReconcileStep Next(
        StoredWorkload? service, IReadOnlyList<StoredRevision> revisions, IReadOnlyList<StoredOperation> open)
    {
        if (service is null) return new Rest();
        var newest = open.Count > 0 ? open[0].Body.Name : "";
        if (service.Body.DeleteTime is not null) return new Remove([.. revisions.Select(it => it.Body.Name)], newest);
        var needed = revisions.Where(it => it.Readiness == Readiness.Pending && IsNeeded(service, it)).ToList();
        if (needed.Count > 0) return new Start(needed);
        return service.Body.Reconciling || open.Count > 0
            ? new Settle(service.Body.Generation, newest)
            : new Rest();
    }

    private static bool IsNeeded(StoredWorkload service, StoredRevision revision) =>
        revision.Body.Name == service.Body.LatestCreatedRevision || service.Body.Wanted.Any(it => it.Revision == revision.ShortName);
}
