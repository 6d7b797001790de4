using Google.Cloud.Run.V2;
using Google.LongRunning;

namespace CdAutomation.LocalCloud.Run;

/// <summary>Creates, replaces, deletes and runs jobs: checks, one transaction, an operation.</summary>
internal sealed class JobWrites(RunStore store, ExecutionBook executions, WriteStamps stamps, OperationBook operations)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, ALREADY_EXISTS.</exception>
    public Operation Create(string name, Job sent, bool validateOnly, string actor) => store.Write(tables =>
    {
        // Also while its deletion is still going on: the name is free only when that is over.
        if (tables.Find<Job>(name) is not null) throw Refusal.AlreadyExists($"Resource '{RevisionPath.ShortName(name)}' already exists.");
        MessageFields.TakeServerFields(sent, null);
        return Put(tables, name, null, sent, validateOnly, actor);
    });

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND, ABORTED, FAILED_PRECONDITION.</exception>
    public Operation Update(string name, Job sent, bool allowMissing, bool validateOnly, string actor) => store.Write(tables =>
    {
        if (tables.Find<Job>(name) is { } stored)
        {
            CheckWritable(stored.Body, sent.Etag);
            MessageFields.TakeServerFields(sent, stored.Body.Clone());
            return Put(tables, name, stored, sent, validateOnly, actor);
        }

        if (!allowMissing) throw Refusal.Missing(name);
        JobRules.CheckId(RevisionPath.ShortName(name));
        MessageFields.TakeServerFields(sent, null);
        return Put(tables, name, null, sent, validateOnly, actor);
    });

    /// <summary>Cancels what runs, and deletes the job with all its executions when that is over.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND, ABORTED, FAILED_PRECONDITION.</exception>
    public Operation Delete(string name, string etag, bool validateOnly) => store.Write(tables =>
    {
        var stored = tables.Find<Job>(name) ?? throw Refusal.Missing(name);
        CheckWritable(stored.Body, etag);
        stored.Body.DeleteTime = WriteStamps.ToTimestamp(stamps.Next());
        if (validateOnly) return OperationBook.Preview(name, stored.Body);
        stored.Body.Reconciling = true;
        tables.Save(name, stored, open: true);
        foreach (var execution in tables.Open<Execution>(name)) executions.AskToCancel(tables, execution);
        return operations.Open(tables, OperationKind.DeleteWorkload, name, stored.Body);
    });

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT, NOT_FOUND, ABORTED, FAILED_PRECONDITION.</exception>
    public Operation Run(RunJobRequest request, string actor) => store.Write(tables =>
    {
        var name = JobPaths.Job(request.Name, "name");
        var stored = tables.Find<Job>(name) ?? throw Refusal.Missing(name);
        CheckWritable(stored.Body, request.Etag);
        var template = stored.Body.Template.Clone();
        if (request.Overrides is { } overrides) JobRules.Override(template, overrides);
        if (request.ValidateOnly) return OperationBook.Preview(name, executions.Draft(stored.Body, template, actor));
        // A job shows the token that made its newest execution, and loses it to one that came another way (magic-modules pull request 19060).
        stored.Body.ClearCreateExecution();
        tables.Save(name, stored, open: true);
        var execution = executions.Begin(tables, stored, template, actor);
        return operations.Open(tables, OperationKind.RunExecution, name, execution, execution.Name);
    });

    private Operation Put(RunTables tables, string name, Kept<Job>? stored, Job next, bool validateOnly, string actor)
    {
        JobRules.Check(next);
        ExecutionTokens.Check(name, next, stored?.Body, tables);
        JobRules.Fill(next, name.Split('/')[1]);
        var unchanged = stored is not null && next.Equals(stored.Body);
        // What failed is looked at again by writing the same once more.
        if (!unchanged || next.TerminalCondition is { State: Condition.Types.State.ConditionFailed }) Begin(next);
        if (!unchanged) Stamp(next, name, stored, actor);
        if (validateOnly) return OperationBook.Preview(name, next);
        tables.Save(name, new Kept<Job>(next, stored?.Created ?? stamps.Next()), open: true);
        return operations.Open(tables, OperationKind.Reconcile, name, next);
    }

    private void Stamp(Job next, string name, Kept<Job>? stored, string actor)
    {
        var written = stamps.Next();
        if (stored is null)
        {
            next.Name = name;
            next.Uid = Guid.NewGuid().ToString("D");
            next.CreateTime = WriteStamps.ToTimestamp(written);
            next.Creator = actor;
        }

        next.Generation++;
        next.UpdateTime = WriteStamps.ToTimestamp(written);
        next.LastModifier = actor;
        next.Etag = Etag.Of(name, written);
    }

    private void Begin(Job job)
    {
        job.Reconciling = true;
        job.TerminalCondition = Conditions.Following(job.TerminalCondition, Conditions.Reconciling(Conditions.Ready, stamps.Now()));
    }

    private static void CheckWritable(Job job, string etag)
    {
        var id = RevisionPath.ShortName(job.Name);
        Etag.Check(etag, job.Etag, id);
        if (job.DeleteTime is not null) throw Refusal.FailedPrecondition($"Resource '{id}' is being deleted.");
    }
}
