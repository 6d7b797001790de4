using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What a create or an update amounts to, before any of it is written.</summary>
/// <param name="Workload">The service or worker pool afterwards.</param>
/// <param name="Made">The revision to be created; null when the template has not changed.</param>
/// <param name="Retried">The failed revision that a write without any change starts again; null for none.</param>
internal sealed record WorkloadChange(StoredWorkload Workload, StoredRevision? Made, StoredRevision? Retried)
{
    public void Save(RunTables tables)
    {
        tables.Save(Workload);
        if (Made is not null) tables.Save(Made);
        if (Retried is not null) tables.Save(Retried);
    }
}

/// <summary>
/// Works out what a service or worker pool becomes when it is written: generation, etag, and whether there is a new revision.
/// </summary>
internal sealed class WorkloadPlanner(WriteStamps stamps, Func<int, int> letter)
{
    /// <param name="name">The full name.</param>
    /// <param name="stored">What is there; null for a new one.</param>
    /// <param name="next">What the caller wants, checked and filled, with the stored one's server fields.</param>
    /// <param name="force">Make a revision though nothing has changed.</param>
    /// <param name="actor">Who writes.</param>
    /// <exception cref="Grpc.Core.RpcException">ALREADY_EXISTS: the template names a revision that was made from another
    /// template.</exception>
    public WorkloadChange Plan(RunTables tables, string name, StoredWorkload? stored, Workload next, bool force, string actor)
    {
        var template = next.Template;
        var given = template.Revision;
        template.Revision = "";
        var makes = MakesRevision(tables, name, stored, given, template, force);
        if (stored is not null && !makes && next.Message.Equals(stored.Body.Message)) return Unchanged(tables, stored);

        var written = stamps.Next();
        if (stored is null) Begin(next, name, written, actor);
        next.Generation++;
        next.UpdateTime = WriteStamps.ToTimestamp(written);
        next.LastModifier = actor;
        next.Etag = Etag.Of(next.Name, written);
        Reconcile(next);

        var workload = new StoredWorkload { Body = next, Created = stored?.Created ?? written, RevisionsMade = stored?.RevisionsMade ?? 0 };
        if (!makes) return new(workload, null, null);
        workload.RevisionsMade++;
        var revision = given.Length > 0 ? given : FreeName(tables, name, workload.RevisionsMade);
        next.LatestCreatedRevision = $"{name}/revisions/{revision}";
        return new(workload, MakeRevision(next, template, actor), null);
    }

    private static bool MakesRevision(
        RunTables tables, string name, StoredWorkload? stored, string given, RevisionTemplate template, bool force)
    {
        if (given.Length == 0)
        {
            var before = stored?.Body.Template;
            if (before is not null) before.Revision = "";
            return force || !template.Equals(before);
        }

        if (tables.FindRevision($"{name}/revisions/{given}") is not { } existing) return true;
        return existing.Template.Equals(template)
            ? false
            : throw Refusal.AlreadyExists($"Revision named '{given}' with different configuration already exists.");
    }

    private WorkloadChange Unchanged(RunTables tables, StoredWorkload stored)
    {
        // A service whose newest revision failed still wants it: writing the same again is how its start is tried again.
        if (tables.FindRevision(stored.Body.LatestCreatedRevision) is not { Readiness: Readiness.Failed } failed)
            return new(stored, null, null);
        failed.Readiness = Readiness.Pending;
        failed.Failure = null;
        failed.Digest = "";
        failed.Body.Reconciling = true;
        Reconcile(stored.Body);
        return new(stored, null, failed);
    }

    private static void Begin(Workload workload, string name, long written, string actor)
    {
        workload.Name = name;
        workload.Uid = Guid.NewGuid().ToString("D");
        workload.CreateTime = WriteStamps.ToTimestamp(written);
        workload.Creator = actor;
    }

    private void Reconcile(Workload workload)
    {
        var now = stamps.Now();
        workload.Reconciling = true;
        workload.TerminalCondition = Conditions.Following(workload.TerminalCondition, Conditions.Reconciling(Conditions.Ready, now));
        Conditions.Set(workload.Conditions, Conditions.Reconciling(workload.SharesCondition, now));
        Conditions.Set(workload.Conditions, Conditions.Reconciling(Conditions.ConfigurationsReady, now));
    }

    private string FreeName(RunTables tables, string owner, int number)
    {
        while (true)
        {
            var name = RevisionNames.Make(RevisionPath.ShortName(owner), number, letter);
            if (tables.FindRevision($"{owner}/revisions/{name}") is null) return name;
        }
    }

    private StoredRevision MakeRevision(Workload workload, RevisionTemplate template, string actor)
    {
        var created = stamps.Next();
        var time = WriteStamps.ToTimestamp(created);
        var body = new Revision();
        MessageFields.CopyShared(template.Clone(), body);
        body.Name = workload.LatestCreatedRevision;
        body.Uid = Guid.NewGuid().ToString("D");
        body.Generation = 1;
        body.Service = workload.Name;
        body.CreateTime = time;
        body.UpdateTime = time.Clone();
        body.Creator = actor;
        body.LaunchStage = workload.LaunchStage;
        body.Reconciling = true;
        body.Etag = Etag.Of(body.Name, created);
        body.Conditions.Add(Conditions.Reconciling(Conditions.Ready, time.Clone()));
        return new() { Body = body, Template = template, ServiceGeneration = workload.Generation, Created = created };
    }
}
