using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.Simulation.World;

/// <summary>
/// Cloud Run's jobs and executions by the contract of job.proto: whole replacement under an etag; a suffix that is sent with a write starts
/// the execution of that name once the write is reconciled, and nothing where there is one of that name.
/// </summary>
internal sealed class RunJobs(VirtualClock clock, Chance chance, Weather weather, History history, Scenario scenario, RunOperations operations)
{
    private readonly SortedDictionary<string, RunJob> _jobs = new(StringComparer.Ordinal);
    private readonly bool _showsTokens = chance.Is(0.5);

    public bool Has(string name) => _jobs.ContainsKey(name);

    public RunJob Of(string name) => _jobs[name];

    /// <summary>Somebody has made the job before anything began; without an image of ours it runs a placeholder.</summary>
    public void Create(string name, ImageReference? image)
    {
        var container = new Container { Image = image?.ToString() ?? "us-docker.pkg.dev/cloudrun/container/job" };
        var job = _jobs[name] = new RunJob(name)
        {
            Body = new Job { Name = name, Template = new ExecutionTemplate { TaskCount = 1, Template = new TaskTemplate { Containers = { container } } } },
        };
        Replace(job, job.Body.Clone(), TimeSpan.Zero);
    }

    public Job Get(string name)
    {
        var job = Known(name);
        var isStale = job.Before is not null && clock.Now < job.WrittenAt + TimeSpan.FromSeconds(2) && weather.Strikes(Fault.RunStaleRead, 0.1);
        return (isStale ? job.Before! : job.Body).Clone();
    }

    public Execution GetExecution(string name) =>
        Known(name[..name.IndexOf("/executions/", StringComparison.Ordinal)]).Executions.GetValueOrDefault(name)?.Body.Clone()
            ?? throw Refused(StatusCode.NotFound, $"no execution {name}");

    public Operation Update(Job sent)
    {
        var job = Known(sent.Name);
        if (weather.Strikes(Fault.RunAborted, 0.03) || (sent.Etag.Length > 0 && sent.Etag != job.Body.Etag))
            throw Refused(StatusCode.Aborted, "the job was changed by somebody else");

        history.Add(new Fact.JobWritten(clock.Now, Replace(job, sent, HowLong())));
        return job.Operation!.Clone();
    }

    /// <summary>A person changes what was read this very moment.</summary>
    public void Edit(string name, Action<Container> change)
    {
        var job = Known(name);
        var sent = job.Body.Clone();
        sent.StartExecutionToken = "";
        change(sent.Template.Template.Containers[0]);
        weather.Count(Fault.PersonEdited);
        history.Add(new Fact.JobEdited(clock.Now, Replace(job, sent, HowLong())));
    }

    private JobWrite Replace(RunJob job, Job sent, TimeSpan takes)
    {
        var before = job.Body;
        var (next, token) = (sent.Clone(), sent.StartExecutionToken);
        next.Generation = before.Generation + 1;
        next.Etag = $"\"{next.Generation}\"";
        next.Reconciling = true;
        next.TerminalCondition = new Condition { Type = "Ready", State = State.ConditionReconciling };
        (next.ObservedGeneration, next.ExecutionCount, next.LatestCreatedExecution) =
            (before.ObservedGeneration, before.ExecutionCount, before.LatestCreatedExecution?.Clone());
        // Whether a suffix is shown that was sent, the contract does not say.
        if (!_showsTokens)
            next.StartExecutionToken = "";

        (job.Before, job.Body, job.WrittenAt) = (before.Generation == 0 ? null : before, next, clock.Now);
        operations.Supersede(job.Operation);
        job.Operation = operations.Begin($"operations/{RunService.ShortName(job.Name)}-{next.Generation.ToString(CultureInfo.InvariantCulture)}");
        var accepted = next.Clone();
        if (takes == TimeSpan.Zero)
            Conclude(job, accepted, token, isNew: true);
        else
            clock.After(takes, () => Conclude(job, accepted, token, isNew: false));
        return new(job, before, sent, next);
    }

    private void Conclude(RunJob job, Job accepted, string token, bool isNew)
    {
        var failure = !isNew && weather.Strikes(Fault.RunImportFailed, 0.03) ? new Condition { Message = "Container import failed: try again later." } : null;
        if (failure is null && token.Length > 0)
            Start(job, accepted, token);

        var body = job.Body;
        // A later write has a reconciliation of its own.
        if (body.Generation != accepted.Generation)
            return;
        body.Reconciling = false;
        body.ObservedGeneration = body.Generation;
        body.TerminalCondition = failure?.Clone() ?? new Condition();
        (body.TerminalCondition.Type, body.TerminalCondition.State) = ("Ready", failure is null ? State.ConditionSucceeded : State.ConditionFailed);
        if (failure is null)
        {
            job.Served.Add((clock.Now, RunJob.DigestOf(body)));
            history.Add(new Fact.JobReady(clock.Now, job, job.Serving));
        }

        operations.End(job.Operation!, failure);
    }

    private void Start(RunJob job, Job template, string token)
    {
        var name = $"{job.Name}/executions/{RunService.ShortName(job.Name)}-{token}";
        if (job.Executions.ContainsKey(name))
            return;

        var body = new Execution { Name = name, Job = RunService.ShortName(job.Name), TaskCount = 1, RunningCount = 1, LogUri = $"https://logs.example/{token}" };
        var execution = job.Executions[name] = new(job, body, RunJob.DigestOf(template));
        job.Body.ExecutionCount++;
        job.Body.LatestCreatedExecution = new ExecutionReference
        {
            Name = RunService.ShortName(name),
            CompletionStatus = ExecutionReference.Types.CompletionStatus.ExecutionRunning,
        };
        history.Add(new Fact.ExecutionStarted(clock.Now, execution));
        var takes = weather.Strikes(Fault.ExecutionSlow, 0.2)
            ? chance.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(12))
            : chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(25));
        clock.After(takes, () => End(execution));
    }

    private void End(RunExecution execution)
    {
        var isFaulty = execution.Digest is { } digest && (scenario.Faulty.Contains(digest) || scenario.Broken.Contains(digest));
        var well = !isFaulty && !weather.Strikes(Fault.ExecutionFailed, 0.06);
        var body = execution.Body;
        execution.Well = well;
        (body.RunningCount, body.SucceededCount, body.FailedCount) = (0, well ? 1 : 0, well ? 0 : 1);
        body.Conditions.Add(new Condition
        {
            Type = "Completed",
            State = well ? State.ConditionSucceeded : State.ConditionFailed,
            Message = well ? "" : "The container exited with an error.",
        });
        if (execution.Job.Body.LatestCreatedExecution?.Name == RunService.ShortName(body.Name))
        {
            execution.Job.Body.LatestCreatedExecution.CompletionStatus = well
                ? ExecutionReference.Types.CompletionStatus.ExecutionSucceeded
                : ExecutionReference.Types.CompletionStatus.ExecutionFailed;
        }

        history.Add(new Fact.ExecutionEnded(clock.Now, execution));
    }

    private TimeSpan HowLong() =>
        weather.Strikes(Fault.RunStuck, 0.02) ? chance.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(15))
        : weather.Strikes(Fault.RunSlow, 0.1) ? chance.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60))
        : chance.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    private RunJob Known(string name) => _jobs.GetValueOrDefault(name) ?? throw Refused(StatusCode.NotFound, $"no job {name}");

    private static RpcException Refused(StatusCode code, string detail) => new(new Status(code, detail));
}
