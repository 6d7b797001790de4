using Google.Cloud.Run.V2;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What a create or an update amounts to, before any of it is written.</summary>
/// <param name="Service">The service afterwards.</param>
/// <param name="Made">The revision to be created; null when the template has not changed.</param>
/// <param name="Retried">The failed revision that a write without any change starts again; null for none.</param>
internal sealed record ServiceChange(StoredService Service, StoredRevision? Made, StoredRevision? Retried)
{
    public void Save(RunTables tables)
    {
        tables.Save(Service);
        if (Made is not null) tables.Save(Made);
        if (Retried is not null) tables.Save(Retried);
    }
}

/// <summary>Works out what a service becomes when it is written: generation, etag, and whether there is a new revision.</summary>
internal sealed class ServicePlanner(WriteStamps stamps, Func<int, int> letter)
{
    /// <param name="stored">What is there; null for a new service.</param>
    /// <param name="next">What the caller wants, checked and filled, with the stored one's server fields.</param>
    /// <param name="actor">Who writes.</param>
    /// <exception cref="Grpc.Core.RpcException">ALREADY_EXISTS: the template names a revision that was made from another
    /// template.</exception>
    public ServiceChange Plan(RunTables tables, ServicePath path, StoredService? stored, Service next, string actor)
    {
        var template = next.Template.Clone();
        template.Revision = "";
        var makes = MakesRevision(tables, path, stored, next.Template.Revision, template);
        if (stored is not null && !makes && next.Equals(stored.Body)) return Unchanged(tables, stored);

        var written = stamps.Next();
        if (stored is null) Begin(next, path, written, actor);
        next.Generation++;
        next.UpdateTime = WriteStamps.ToTimestamp(written);
        next.LastModifier = actor;
        next.Etag = Etag.Of(next.Name, written);
        Reconcile(next);

        var service = new StoredService { Body = next, Created = stored?.Created ?? written, RevisionsMade = stored?.RevisionsMade ?? 0 };
        if (!makes) return new(service, null, null);
        service.RevisionsMade++;
        var name = next.Template.Revision is { Length: > 0 } given ? given : FreeName(tables, path, service.RevisionsMade);
        next.LatestCreatedRevision = $"{path}/revisions/{name}";
        return new(service, MakeRevision(next, template, actor), null);
    }

    private static bool MakesRevision(RunTables tables, ServicePath path, StoredService? stored, string name, RevisionTemplate template)
    {
        if (name.Length == 0)
        {
            var before = stored?.Body.Template.Clone();
            if (before is not null) before.Revision = "";
            return !template.Equals(before);
        }

        if (tables.FindRevision($"{path}/revisions/{name}") is not { } existing) return true;
        return existing.Template.Equals(template)
            ? false
            : throw Refusal.AlreadyExists($"Revision named '{name}' with different configuration already exists.");
    }

    private ServiceChange Unchanged(RunTables tables, StoredService stored)
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

    private static void Begin(Service service, ServicePath path, long written, string actor)
    {
        service.Name = path.ToString();
        service.Uid = Guid.NewGuid().ToString("D");
        service.CreateTime = WriteStamps.ToTimestamp(written);
        service.Creator = actor;
    }

    private void Reconcile(Service service)
    {
        var now = stamps.Now();
        service.Reconciling = true;
        service.TerminalCondition = Conditions.Following(service.TerminalCondition, Conditions.Reconciling(Conditions.Ready, now));
        Conditions.Set(service.Conditions, Conditions.Reconciling(Conditions.RoutesReady, now));
        Conditions.Set(service.Conditions, Conditions.Reconciling(Conditions.ConfigurationsReady, now));
    }

    private string FreeName(RunTables tables, ServicePath path, int number)
    {
        while (true)
        {
            var name = RevisionNames.Make(path.Id, number, letter);
            if (tables.FindRevision($"{path}/revisions/{name}") is null) return name;
        }
    }

    private StoredRevision MakeRevision(Service service, RevisionTemplate template, string actor)
    {
        var created = stamps.Next();
        var time = WriteStamps.ToTimestamp(created);
        var body = new Revision();
        MessageFields.CopyShared(template.Clone(), body);
        body.Name = service.LatestCreatedRevision;
        body.Uid = Guid.NewGuid().ToString("D");
        body.Generation = 1;
        body.Service = service.Name;
        body.CreateTime = time;
        body.UpdateTime = time.Clone();
        body.Creator = actor;
        body.LaunchStage = service.LaunchStage;
        body.Reconciling = true;
        body.Etag = Etag.Of(body.Name, created);
        body.Conditions.Add(Conditions.Reconciling(Conditions.Ready, time.Clone()));
        return new() { Body = body, Template = template, ServiceGeneration = service.Generation, Created = created };
    }
}
