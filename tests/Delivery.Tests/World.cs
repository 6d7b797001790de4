using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;
using CdAutomation.Storage.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace CdAutomation.Delivery.Tests;

/// <summary>A worker was killed here.</summary>
internal sealed class Killed : Exception;

/// <summary>A registry, a Cloud Run and a real journal, with workers that can be killed at any call they make.</summary>
internal sealed partial class World : IRegistry, ITargets, IVerify, IMeasure, IAskGates, IAnnounce, IDisposable
{
    private static readonly Patience Patience = Patience.Default;

    private readonly string _folder = Directory.CreateTempSubdirectory("cda-delivery-").FullName;
    private readonly IJournal _journal;
    private readonly ConcurrentDictionary<string, Digest> _tags = new();
    private readonly Lock _run = new();
    private readonly ImmutableArray<Gate> _gates;
    private int _killAt = -1;
    private int _calls;
    private int _events;

    public World(params ImmutableArray<Gate> gates)
        : this(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), gates)
    {
    }

    public World(DateTimeOffset start, params ImmutableArray<Gate> gates)
        : this(start, null, gates)
    {
    }

    /// <param name="start">What time it is.</param>
    /// <param name="journal">A journal of the caller's; null is one of its own, in SQLite.</param>
    /// <param name="gates">Of the one stage.</param>
    public World(DateTimeOffset start, IJournal? journal, ImmutableArray<Gate> gates)
    {
        Clock = new(start);
        _journal = journal ?? SqliteJournal.Open(Path.Combine(_folder, "journal.db"));
        _gates = gates;
        var first = new PolicyBundle("c1", Clock.GetUtcNow(), "test", null, null, Clock.GetUtcNow(), ">=1.0.0");
        _journal.ActivateAsync(first, 0, default).GetAwaiter().GetResult();
    }

    public static Repository Web { get; } = Repository.TryParse("asia-northeast1-docker.pkg.dev/acme/app/web", out var web) ? web : throw new InvalidOperationException();

    public FakeTimeProvider Clock { get; }

    public IJournal Journal => _journal;

    /// <summary>Images of the revisions made, in order; the last one serves.</summary>
    public List<string> Revisions { get; } = [];

    public List<Announcement> Announced { get; } = [];

    /// <summary>Who counts deployments.</summary>
    public List<ITrackDeployments> Trackers { get; } = [];

    /// <summary>Executions of jobs by name; one that is there is not started again.</summary>
    public HashSet<string> Executions { get; } = [];

    /// <summary>What was asked elsewhere.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What is answered there, by gate; otherwise yes.</summary>
    public Dictionary<string, Answer> Answers { get; } = [];

    public bool RegistryIsDown { get; set; }

    public int Calls => _calls;

    public static Digest DigestOf(string name) => Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))));

    public JournalEvent Push(string tag)
    {
        _tags[tag] = DigestOf(tag);
        return new($"gcr/{++_events}/x", "gcr", $"{_events}", Clock.GetUtcNow(), Clock.GetUtcNow(), new Signal.ImagePushed(Web, DigestOf(tag), tag, ArtifactKind.Image), null, 100);
    }

    public World KillAt(int call)
    {
        (_killAt, _calls) = (call, 0);
        return this;
    }

    /// <summary>A worker of its own, as a new process would be.</summary>
    public (Inbox Inbox, Tick Tick) Worker()
    {
        var journal = new MortalJournal(_journal, Alive);
        var active = new ActivePolicies(journal, this);
        var advance = new Advance(journal, new Observer(this, this, Clock), new Payments(journal, this, this, this, this, this, Trackers), Patience, Clock);
        var activator = new PolicyActivator(journal, active, this, this, this, Origin, Clock, HasAsker ? this : null);
        var redecision = new Redecision(journal, active, advance);
        var heralding = new Heralding(journal, this);
        var inbox = new Inbox(journal, active, advance, new PolicyInbox(journal, activator, redecision, heralding, Origin));
        return (inbox, new Tick(journal, inbox, new PolicySweep(activator, Patience, Clock), redecision, heralding, Patience, Clock));
    }

    public async Task<PipelineState> StateAsync() => (await _journal.LoadAsync("shop", default)).State;

    public void Alive()
    {
        if (Interlocked.Increment(ref _calls) == _killAt)
            throw new Killed();
    }

    Task<Parsed<Period>> IMeasure.MeasureAsync(Effect.Measure order, CancellationToken cancellation)
    {
        Alive();
        return Task.FromResult<Parsed<Period>>(new Reason("analysis.unread", "nothing is measured here"));
    }

    Task<Answer> IAskGates.AskAsync(GateQuestion question, CancellationToken cancellation)
    {
        Alive();
        lock (Asked)
        {
            Questions.Add(question);
            Asked.Add($"{question.Stage}/{question.Gate.Name}/{question.Image.Tag}");
        }

        return Task.FromResult(Answers.GetValueOrDefault(question.Gate.Name, new Answer(Finding.Pass, new("told", "yes"))));
    }

    Task<StepResult> IAnnounce.TellAsync(Announcement announcement, CancellationToken cancellation)
    {
        Alive();
        lock (Announced)
            Announced.Add(announcement);
        return Task.FromResult<StepResult>(new StepResult.Done(null));
    }

    public void Dispose()
    {
        (_journal as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
