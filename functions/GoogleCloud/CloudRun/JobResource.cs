using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>A job: no revisions, only the template of its next execution.</summary>
internal sealed class JobResource(Job job) : RunResource
{
    public override IMessage Message => job;

    public override long Generation => job.Generation;

    public override long ObservedGeneration => job.ObservedGeneration;

    public override bool Reconciling => job.Reconciling;

    public override Condition? TerminalCondition => job.TerminalCondition;

    public override IEnumerable<Condition> Conditions => job.Conditions;

    public override string LastModifier => job.LastModifier;

    public override MapField<string, string> Annotations => job.Annotations;

    public override RepeatedField<Container>? Containers => job.Template?.Template?.Containers;

    public override MapField<string, string> TemplateAnnotations => job.Template.Annotations;

    /// <summary>
    /// The suffix of the execution that a write of the job starts; empty for none (job.proto, start_execution_token). As long as the job shows
    /// it, it starts nothing a second time; a job loses it to an execution that is started another way.
    /// </summary>
    public string StartToken => job.StartExecutionToken;

    /// <summary>Makes the write of this job start an execution.</summary>
    public void Start(string token) => job.StartExecutionToken = token;

    /// <summary>Makes the write of this job start none, whatever one before it has started.</summary>
    public void StartNothing() => job.ClearCreateExecution();

    /// <summary>Short name of the execution that was created last; empty for none.</summary>
    public string LatestExecution => job.LatestCreatedExecution is { } latest ? TrafficPlan.ShortName(latest.Name) : "";

    public override JobResource Copy()
    {
        var next = job.Clone();
        (next.Client, next.ClientVersion) = (Product.Name, Product.Version);
        return new JobResource(next);
    }

    public override Task<Reply<Operation>> ReplaceAsync(RunRegion region, CancellationToken cancellation) =>
        region.ReplaceJobAsync(job, cancellation);
}
