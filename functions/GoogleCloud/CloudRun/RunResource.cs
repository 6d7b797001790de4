using CdAutomation.GoogleCloud.Calls;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>A service, a worker pool or a job as it was read, or as it is to be written: what the three have in common.</summary>
internal abstract class RunResource
{
    /// <summary>As it goes over the wire.</summary>
    public abstract IMessage Message { get; }

    public abstract long Generation { get; }

    public abstract long ObservedGeneration { get; }

    public abstract bool Reconciling { get; }

    public abstract Condition? TerminalCondition { get; }

    public abstract IEnumerable<Condition> Conditions { get; }

    /// <summary>Who wrote last: the address of an account.</summary>
    public abstract string LastModifier { get; }

    public abstract MapField<string, string> Annotations { get; }

    /// <summary>Of the template; null where it has no template.</summary>
    public abstract RepeatedField<Container>? Containers { get; }

    /// <summary>Of the template, and so of what is made from it. Only to be asked for where <see cref="Containers"/> is not null.</summary>
    public abstract MapField<string, string> TemplateAnnotations { get; }

    /// <summary>
    /// The same in a message of its own, to be changed and written: all goes back as it came, fields this build does not know included, but
    /// for the client's name and the name of the next revision.
    /// </summary>
    public abstract RunResource Copy();

    /// <summary>
    /// Sends the whole of it, once, without an update mask: what is not in it is taken away, and its etag makes Cloud Run refuse it if
    /// somebody else wrote in between.
    /// </summary>
    public abstract Task<Reply<Operation>> ReplaceAsync(RunRegion region, CancellationToken cancellation);
}

/// <summary>What makes a revision of each template, and shares its requests or instances out among revisions.</summary>
internal abstract class RevisionedResource : RunResource
{
    /// <summary>Resource name of the revision that became ready last; empty for none.</summary>
    public abstract string LatestReadyRevision { get; }

    /// <summary>Resource name of the revision that was made last; empty for none.</summary>
    public abstract string LatestCreatedRevision { get; }

    /// <summary>What it is told; a worker pool's instance splits read as traffic without tags.</summary>
    public abstract IReadOnlyList<TrafficTarget> Traffic { get; }

    /// <summary>What it does.</summary>
    public abstract IReadOnlyList<TrafficTargetStatus> TrafficStatuses { get; }

    /// <summary>Whether a revision can be given an address of its own.</summary>
    public abstract bool TakesTags { get; }

    /// <summary>Short name of <see cref="LatestReadyRevision"/>.</summary>
    public string Ready => TrafficPlan.ShortName(LatestReadyRevision);

    /// <summary>Tells it where requests or instances go.</summary>
    public abstract void Tell(IReadOnlyList<TrafficTarget> traffic);

    /// <inheritdoc cref="RunResource.Copy"/>
    public abstract override RevisionedResource Copy();
}
