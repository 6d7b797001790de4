using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using static Google.Cloud.Run.V2.TrafficTargetAllocationType;

namespace CdAutomation.Simulation.World;

/// <summary>
/// Cloud Run's services and revisions by the contract of run.proto: whole replacement under an etag, a generation a write, reconciliation
/// that takes its time, and observed fields that tell of what served before until it ends well.
/// </summary>
internal sealed class CloudRun(VirtualClock clock, Chance chance, Weather weather, History history, Scenario scenario)
{
    private readonly SortedDictionary<string, RunService> _services = new(StringComparer.Ordinal);
    private readonly HashSet<string> _imported = new(StringComparer.Ordinal);

    public RunOperations Operations { get; } = new(clock);

    /// <summary>Its jobs; null in a run that has none.</summary>
    public RunJobs? Jobs { get; set; }

    public IEnumerable<RunService> Services => _services.Values;

    public RunService Of(string name) => _services[name];

    /// <summary>A service, a worker pool or a job.</summary>
    public RunTarget TargetOf(string name) => Jobs?.Has(name) == true ? Jobs.Of(name) : _services[name];

    /// <summary>Somebody has made the service before anything began; without an image of ours it runs a placeholder.</summary>
    public void Create(string name, ImageReference? image)
    {
        var service = _services[name] = new RunService(name)
        {
            Body = new Service
            {
                Name = name,
                Template = new RevisionTemplate { Containers = { new Container { Image = image?.ToString() ?? "us-docker.pkg.dev/cloudrun/container/hello" } } },
            },
        };
        Replace(service, service.Body.Clone(), byPerson: true, TimeSpan.Zero);
    }

    public Service Get(string name)
    {
        var service = Known(name);
        var isStale = service.Before is not null && clock.Now < service.WrittenAt + TimeSpan.FromSeconds(2) && weather.Strikes(Fault.RunStaleRead, 0.1);
        return (isStale ? service.Before! : service.Body).Clone();
    }

    public Revision GetRevision(string name) =>
        Known(name[..name.IndexOf("/revisions/", StringComparison.Ordinal)]).Find(name)?.Body.Clone()
            ?? throw Refused(StatusCode.NotFound, $"no revision {name}");

    public Operation Update(Service sent)
    {
        var service = Known(sent.Name);
        if (weather.Strikes(Fault.RunAborted, 0.03) || (sent.Etag.Length > 0 && sent.Etag != service.Body.Etag))
            throw Refused(StatusCode.Aborted, "the service was changed by somebody else");
        if (sent.Traffic.Count > 0 && sent.Traffic.Sum(entry => entry.Percent) != 100)
            throw Refused(StatusCode.InvalidArgument, "traffic does not sum to 100");

        var write = Replace(service, sent, byPerson: false, HowLong());
        history.Add(new Fact.Written(clock.Now, write));
        return service.Operation!.Clone();
    }

    /// <summary>A person changes what was read this very moment.</summary>
    public void Edit(string name, Action<Service> change)
    {
        var service = Known(name);
        var sent = service.Body.Clone();
        change(sent);
        weather.Count(Fault.PersonEdited);
        history.Add(new Fact.Edited(clock.Now, Replace(service, sent, byPerson: true, HowLong())));
    }

    private RunWrite Replace(RunService service, Service sent, bool byPerson, TimeSpan takes)
    {
        var before = service.Body;
        var next = sent.Clone();
        next.Generation = before.Generation + 1;
        next.Etag = $"\"{next.Generation}\"";
        next.Reconciling = true;
        next.TerminalCondition = new Condition { Type = "Ready", State = Condition.Types.State.ConditionReconciling };
        (next.ObservedGeneration, next.LatestReadyRevision, next.LatestCreatedRevision) =
            (before.ObservedGeneration, before.LatestReadyRevision, before.LatestCreatedRevision);
        next.TrafficStatuses.Clear();
        next.TrafficStatuses.AddRange(before.TrafficStatuses);

        var isNew = before.Generation == 0 || !next.Template.Equals(before.Template);
        if (isNew)
            next.LatestCreatedRevision = Revise(service, next, byPerson);
        (service.Before, service.Body, service.WrittenAt) = (before.Generation == 0 ? null : before, next, clock.Now);
        Operations.Supersede(service.Operation);
        service.Operation = Operations.Begin($"operations/{RunService.ShortName(service.Name)}-{next.Generation}");
        if (takes == TimeSpan.Zero)
            Conclude(service, next.Generation);
        else
            clock.After(takes, () => Conclude(service, next.Generation));
        return new(service, before, sent, next, isNew ? RunService.ShortName(next.LatestCreatedRevision) : null);
    }

    private string Revise(RunService service, Service next, bool byPerson)
    {
        var number = (service.Revisions.Count + 1).ToString("00000", CultureInfo.InvariantCulture);
        var name = $"{service.Name}/revisions/{RunService.ShortName(service.Name)}-{number}-{chance.Hex(3)}";
        service.Revisions[RunService.ShortName(name)] = new(
            new Revision { Name = name, Containers = { next.Template.Containers }, Annotations = { next.Template.Annotations } }, RunService.DigestOf(next.Template), byPerson);
        return name;
    }

    private void Conclude(RunService service, long generation)
    {
        var body = service.Body;
        // A later write has a reconciliation of its own.
        if (body.Generation != generation)
            return;

        var created = service.Find(body.LatestCreatedRevision)!;
        var failure = created.IsReady is null ? Start(created) : created.IsReady.Value ? null : created.Body.Conditions[0];
        body.Reconciling = false;
        body.TerminalCondition = failure?.Clone() ?? new Condition { Type = "Ready", State = Condition.Types.State.ConditionSucceeded };
        if (failure is null)
            body.LatestReadyRevision = created.Body.Name;
        if (failure is null || body.LatestReadyRevision.Length == 0 || service.Before?.LatestCreatedRevision == body.LatestCreatedRevision)
            Serve(service);
        Operations.End(service.Operation!, failure);
    }

    /// <summary>The revision starts, or does not; the reason is written where Cloud Run writes it.</summary>
    private Condition? Start(RunRevision revision)
    {
        if (revision.Digest is { } digest && scenario.Broken.Contains(digest))
        {
            weather.Count(Fault.ImageDoesNotStart);
            return Fail(revision, new Condition
            {
                RevisionReason = Condition.Types.RevisionReason.HealthCheckContainerError,
                Message = "The container failed to start and listen on the port defined by the PORT environment variable.",
            });
        }

        if (!revision.ByPerson && _imported.Add(revision.Body.Name) && weather.Strikes(Fault.RunImportFailed, 0.03))
            return Fail(revision, new Condition { Message = "Container import failed: try again later." });

        revision.IsReady = true;
        return null;
    }

    private static Condition Fail(RunRevision revision, Condition condition)
    {
        (condition.Type, condition.State) = ("Ready", Condition.Types.State.ConditionFailed);
        revision.IsReady = false;
        revision.Body.Conditions.Add(condition);
        return condition;
    }

    private void Serve(RunService service)
    {
        var body = service.Body;
        body.ObservedGeneration = body.Generation;
        body.TrafficStatuses.Clear();
        IEnumerable<TrafficTarget> traffic = body.Traffic.Count == 0 ? [new TrafficTarget { Type = Latest, Percent = 100 }] : body.Traffic;
        body.TrafficStatuses.AddRange(traffic.Select(entry => new TrafficTargetStatus
        {
            Type = entry.Type,
            Revision = entry.Type == Latest ? RunService.ShortName(body.LatestReadyRevision) : entry.Revision,
            Percent = entry.Percent,
            Tag = entry.Tag,
            Uri = entry.Tag.Length > 0 ? $"https://{entry.Tag}---{RunService.ShortName(service.Name)}.example" : "",
        }));

        var images = body.TrafficStatuses.Where(entry => entry.Percent > 0).Select(entry => service.Find(entry.Revision)?.Digest).Distinct().ToArray();
        service.Served.Add((clock.Now, images is [var only] ? only : null));
        history.Add(new Fact.Served(clock.Now, service, service.Serving));
    }

    private TimeSpan HowLong() =>
        weather.Strikes(Fault.RunStuck, 0.02) ? chance.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(15))
        : weather.Strikes(Fault.RunSlow, 0.1) ? chance.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60))
        : chance.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8));

    private RunService Known(string name) => _services.GetValueOrDefault(name) ?? throw Refused(StatusCode.NotFound, $"no service {name}");

    private static RpcException Refused(StatusCode code, string detail) => new(new Status(code, detail));
}
