using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Facts;

/// <summary>Something that was true in the simulated world, whatever the code under test believes of it.</summary>
/// <param name="At">When.</param>
internal abstract record Fact(DateTimeOffset At)
{
    /// <summary>What tells this fact from another one in a trace.</summary>
    public abstract string Trace { get; }

    /// <summary>The registry has a new image or tag.</summary>
    public sealed record Pushed(DateTimeOffset At, Push Push) : Fact(At)
    {
        public override string Trace => $"{Push.Tag}@{Push.Digest.Short}";
    }

    /// <summary>A message was handed to a worker.</summary>
    public sealed record Delivered(DateTimeOffset At, JournalEvent Message) : Fact(At)
    {
        public override string Trace => Message.Key;
    }

    /// <summary>A worker answered a message with 2xx: it will not come again.</summary>
    public sealed record Acknowledged(DateTimeOffset At, JournalEvent Message) : Fact(At)
    {
        public override string Trace => Message.Key;
    }

    /// <summary>The store took an event in, or counted it again.</summary>
    public sealed record Received(DateTimeOffset At, JournalEvent Message, bool Again) : Fact(At)
    {
        public override string Trace => $"{Message.Key}{(Again ? " again" : "")}";
    }

    /// <summary>The store saved a decision.</summary>
    /// <param name="Since">When the worker began the piece of work that led to it.</param>
    /// <param name="Pipeline">Of which pipeline.</param>
    /// <param name="State">As it was saved.</param>
    /// <param name="Records">What was appended with it.</param>
    public sealed record Kept(DateTimeOffset At, DateTimeOffset Since, string Pipeline, PipelineState State, ImmutableArray<DecisionRecord> Records) : Fact(At)
    {
        public override string Trace => $"{Pipeline} {string.Join(" ", Records.Select(record => $"{record.Stage}:{record.Tag}:{record.Reason.Code}"))}";
    }

    /// <summary>Cloud Run accepted a write of a worker.</summary>
    /// <param name="Write">What was before, what was sent, and what came of it.</param>
    public sealed record Written(DateTimeOffset At, RunWrite Write) : Fact(At)
    {
        public override string Trace => $"{Write.Service.Name} {Write.After.Generation} {Write.Revision}";
    }

    /// <summary>A person changed a service.</summary>
    public sealed record Edited(DateTimeOffset At, RunWrite Write) : Fact(At)
    {
        public override string Trace => $"{Write.Service.Name} {Write.After.Generation}";
    }

    /// <summary>Cloud Run accepted a write of a job by a worker.</summary>
    public sealed record JobWritten(DateTimeOffset At, JobWrite Write) : Fact(At)
    {
        public override string Trace => $"{Write.Job.Name} {Write.After.Generation} {Write.To?.Short} {Write.Sent.StartExecutionToken}";
    }

    /// <summary>A person changed a job.</summary>
    public sealed record JobEdited(DateTimeOffset At, JobWrite Write) : Fact(At)
    {
        public override string Trace => $"{Write.Job.Name} {Write.After.Generation}";
    }

    /// <summary>A job is ready to run an image.</summary>
    public sealed record JobReady(DateTimeOffset At, RunJob Job, Digest? Digest) : Fact(At)
    {
        public override string Trace => $"{Job.Name} {Digest?.Short}";
    }

    /// <summary>An execution of a job has begun.</summary>
    public sealed record ExecutionStarted(DateTimeOffset At, RunExecution Execution) : Fact(At)
    {
        public override string Trace => $"{Execution.Body.Name} {Execution.Digest?.Short}";
    }

    /// <summary>An execution of a job has ended.</summary>
    public sealed record ExecutionEnded(DateTimeOffset At, RunExecution Execution) : Fact(At)
    {
        public override string Trace => $"{Execution.Body.Name} {(Execution.Well == true ? "well" : "badly")}";
    }

    /// <summary>What a service serves changed.</summary>
    public sealed record Served(DateTimeOffset At, RunService Service, Digest? Digest) : Fact(At)
    {
        public override string Trace => $"{Service.Name} {Digest?.Short}";
    }

    /// <summary>A gate that is asked elsewhere was answered.</summary>
    public sealed record Answered(DateTimeOffset At, GateQuestion Question, Finding Finding) : Fact(At)
    {
        public override string Trace => $"{Question.Gate.Name} {Question.Image.Digest.Short} {Finding}";
    }

    /// <summary>A new revision was asked for what it must answer.</summary>
    public sealed record Verified(DateTimeOffset At, Effect.Verify Order, bool Well) : Fact(At)
    {
        public override string Trace => $"{Order.Revision} {(Well ? "well" : "badly")}";
    }

    /// <summary>Metrics told enough to judge a new revision.</summary>
    public sealed record Measured(DateTimeOffset At, Effect.Measure Order, bool Well) : Fact(At)
    {
        public override string Trace => $"{Order.Revision} {(Well ? "well" : "badly")}";
    }

    /// <summary>Subscribers were told.</summary>
    public sealed record Told(DateTimeOffset At, Announcement Announcement) : Fact(At)
    {
        public override string Trace => Announcement.Id;
    }

    /// <summary>Policies came into force.</summary>
    public sealed record Activated(DateTimeOffset At, string Commit) : Fact(At)
    {
        public override string Trace => Commit;
    }

    /// <summary>A worker was killed.</summary>
    public sealed record Killed(DateTimeOffset At, int Life) : Fact(At)
    {
        public override string Trace => $"{Life}";
    }

    /// <summary>A piece of work ended in an exception that no caller expects.</summary>
    public sealed record Threw(DateTimeOffset At, Exception Exception) : Fact(At)
    {
        public override string Trace => Exception.GetType().Name;
    }
}
