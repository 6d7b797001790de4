using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Planted;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;
using CdAutomation.Simulation.Workers;
using Google.Cloud.Run.V2;

namespace CdAutomation.Simulation.World;

/// <summary>Everything outside the production code, and the production code as workers inside it.</summary>
internal sealed class SimulatedWorld : IReadPolicies
{
    private readonly Chance _chance;
    private readonly History _history;
    private readonly Dictionary<Digest, DateTimeOffset> _builtWell = [];
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private int _messages;

    public SimulatedWorld(ulong seed, Bug bug, History history)
    {
        _chance = new Chance(seed, 1);
        _history = history;
        Scenario = ScenarioDraft.Draw(new Chance(seed, 0));
        Clock = new VirtualClock(Scenario.Start);
        Weather = new Weather(new Chance(seed, 2));
        Registry = new Registry(Clock, _chance, Weather);
        Store = new Store(Clock, Weather, history, isWrittenDown: _chance.Is(0.25));
        Run = new CloudRun(Clock, _chance, Weather, history, Scenario);
        Gates = new GateKeepers(Clock, _chance, Weather, history);
        var doctors = new Doctors(Clock, _chance, Weather, history, Scenario) { Run = Run };

        var subscribers = new Subscribers(Clock, Weather, history);
        var wire = new Wire(Clock, _chance, Weather);
        var fleet = new Fleet(Clock, _chance, history, Scenario.Workers, life => new Worker(
            life,
            new(new StorePort(Store, life, wire), Registry.For(life, wire), doctors.Verifier(life, wire), doctors.Meter(life, wire),
                Gates.For(life, wire), subscribers.For(life, wire), this, new RunCalls(Run, life, wire, Weather)),
            bug,
            Clock,
            _chance));
        (Fleet, Topic) = (fleet, new Topic(Clock, _chance, Weather, history, fleet));
    }

    public Scenario Scenario { get; }

    public VirtualClock Clock { get; }

    public Weather Weather { get; }

    public Registry Registry { get; }

    public Store Store { get; }

    public CloudRun Run { get; }

    public GateKeepers Gates { get; }

    public Topic Topic { get; }

    public Fleet Fleet { get; }

    /// <summary>When the event of a build that ended well and made the image was published; null where none was.</summary>
    public DateTimeOffset? BuiltWell(Digest digest) => _builtWell.TryGetValue(digest, out var at) ? at : null;

    /// <summary>Whether the push's event was never published.</summary>
    public bool IsLost(Push push) => _lost.Contains(KeyOf(push));

    public PolicySet PoliciesOf(string commit) => Scenario.Policies.First(each => each.Policies.Commit == commit).Policies;

    Parsed<PolicySet> IReadPolicies.Read(string canonical, string commit) => PoliciesOf(commit);

    /// <summary>Everything there is from the beginning, and everything that is to be asked.</summary>
    public void Begin()
    {
        foreach (var push in Scenario.Pushes.Where(push => push.After == TimeSpan.Zero))
            Registry.Add(push);
        var ours = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var target in Scenario.Targets)
        {
            var pipeline = Scenario.LastPolicies.Pipelines.Values.First(each => each.Stages.Any(stage => stage.Targets.Contains(target)));
            var first = Scenario.Pushes.First(push => push.Repository == pipeline.Images.Values.First());
            var stage = pipeline.Stages.First(each => each.Targets.Contains(target)).Targets[0].ResourceName;
            // The targets of a stage begin alike.
            if (!ours.TryGetValue(stage, out var isOurs))
                ours[stage] = isOurs = _chance.Is(0.6);
            Run.Create(target.ResourceName, isOurs ? new(first.Repository, null, first.Digest) : null);
        }

        foreach (var (after, policies) in Scenario.Policies)
            Clock.After(after, () => Activate(policies));
        foreach (var push in Scenario.Pushes.Where(push => push.After > TimeSpan.Zero))
            Schedule(push);
        foreach (var wish in Scenario.Wishes)
            Clock.After(wish.After, () => Topic.Publish(Message("request", new Signal.DeployRequested(wish.Pipeline, wish.Image, "ann@acme.example")), losable: false));
        foreach (var word in Scenario.Words)
            Clock.After(word.After, () => Say(word));
        foreach (var edit in Scenario.Edits)
            Clock.After(edit.After, () => Run.Edit(edit.Service, service => Change(service, edit.Kind)));
    }

    private void Say(Word word)
    {
        Weather.Count(Fault.PersonSpoke);
        Topic.Publish(Message("request", new Signal.Commanded(word.Pipeline, word.Command, "bob@acme.example", ["user:bob@acme.example"])), losable: false);
    }

    private void Activate(PolicySet policies)
    {
        if (Store.Active is not null)
            Weather.Count(Fault.PolicyChanged);
        Store.Activate(new(policies.Commit, Clock.Now, "git", null, null, Clock.Now, ""));
    }

    private void Schedule(Push push)
    {
        Clock.After(push.After, () =>
        {
            Registry.Add(push);
            _history.Add(new Fact.Pushed(Clock.Now, push));
            var message = Message("gcr", new Signal.ImagePushed(push.Repository, push.Digest, push.Tag, push.Artifact));
            if (!Topic.Publish(message, losable: true))
                _lost.Add(KeyOf(push));
        });
        if (push.Build is { } status)
            Clock.After(push.After + _chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(1)), () => Built(push, status));
    }

    private void Built(Push push, string status)
    {
        var build = new Build(
            $"build-{_messages}", "acme", status, [new(push.Repository, push.Digest)], [push.Repository], "id", "release", "main", null, "acme/app", Clock.Now, null);
        if (Topic.Publish(Message("cloud-builds", new Signal.BuildFinished(build)), losable: true) && status == "SUCCESS")
            _builtWell.TryAdd(push.Digest, Clock.Now);
    }

    private static void Change(Service service, HandEditKind kind)
    {
        var ready = RunService.ShortName(service.LatestReadyRevision);
        switch (kind)
        {
            case HandEditKind.Setting:
                var setting = service.Template.Containers[0].Env.FirstOrDefault(each => each.Name == "SETTING");
                if (setting is null)
                    service.Template.Containers[0].Env.Add(setting = new EnvVar { Name = "SETTING", Value = "" });
                setting.Value += "x";
                break;
            case HandEditKind.Image:
                service.Template.Containers[0].Image = "us-docker.pkg.dev/cloudrun/container/hello@sha256:" + new string('e', 64);
                break;
            case HandEditKind.TrafficTag when service.Traffic.All(entry => entry.Tag.Length == 0) && ready.Length > 0:
                if (service.Traffic.Count == 0)
                    service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Latest, Percent = 100 });
                service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Revision, Revision = ready, Tag = "keep" });
                break;
            case HandEditKind.PinnedTraffic when ready.Length > 0:
                TrafficTarget[] tagged = [.. service.Traffic.Where(entry => entry.Tag.Length > 0 && entry.Percent == 0)];
                service.Traffic.Clear();
                service.Traffic.Add(new TrafficTarget { Type = TrafficTargetAllocationType.Revision, Revision = ready, Percent = 100 });
                service.Traffic.AddRange(tagged);
                break;
        }
    }

    private JournalEvent Message(string topic, Signal signal)
    {
        var id = (++_messages).ToString("00000", System.Globalization.CultureInfo.InvariantCulture);
        return new($"{topic}/{id}", topic, id, Clock.Now, Clock.Now, signal, null, 100);
    }

    private static string KeyOf(Push push) => $"{push.After} {push.Repository}:{push.Tag}@{push.Digest}";
}
