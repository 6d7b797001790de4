using CdAutomation.Delivery;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Targets;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Planted;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;
using CdAutomation.Simulation.Workers;

namespace CdAutomation.Simulation.World;

/// <summary>Everything outside the production code, and the production code as workers inside it.</summary>
internal sealed class SimulatedWorld : IReadPolicies
{
    private readonly Chance _chance;
    private readonly Happenings _happenings;

    /// <summary>The world of a seed.</summary>
    /// <param name="seed">All chance there is.</param>
    /// <param name="hasAdditions">Whether the scenario may have more in it than scenarios had in the beginning.</param>
    /// <param name="bug">What is wrong with the workers.</param>
    /// <param name="history">Where facts go.</param>
    public SimulatedWorld(ulong seed, bool hasAdditions, Bug bug, History history)
    {
        _chance = new Chance(seed, 1);
        Scenario = ScenarioDraft.Draw(new Chance(seed, 0));
        if (hasAdditions)
            Scenario = Additions.Of(Scenario, new Chance(seed, 3));
        Clock = new VirtualClock(Scenario.Start);
        Weather = new Weather(new Chance(seed, 2), new Chance(seed, 4));
        Registry = new Registry(Clock, _chance, Weather);
        Store = new Store(Clock, Weather, history, isWrittenDown: _chance.Is(0.1));
        Run = new CloudRun(Clock, _chance, Weather, history, Scenario);
        Run.Jobs = new RunJobs(Clock, new Chance(seed, 5), Weather, history, Scenario, Run.Operations);
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
        _happenings = new Happenings(this, _chance, history);
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
    public DateTimeOffset? BuiltWell(Digest digest) => _happenings.BuiltWell(digest);

    /// <summary>Whether the push's event was never published.</summary>
    public bool IsLost(Push push) => _happenings.IsLost(push);

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
            var stage = pipeline.Stages.First(each => each.Targets.Contains(target)).Targets[0].ResourceName;
            // The targets of a stage begin alike.
            if (!ours.TryGetValue(stage, out var isOurs))
                ours[stage] = isOurs = _chance.Is(0.6);
            Create(target, isOurs ? First(pipeline, target.Image) : null);
        }

        foreach (var (name, pipeline, image) in Predeploys().DistinctBy(each => each.Name))
            Run.Jobs!.Create(name, _chance.Is(0.5) ? First(pipeline, image) : null);

        foreach (var (after, policies) in Scenario.Policies)
            Clock.After(after, () => Activate(policies));
        _happenings.Begin();
    }

    /// <summary>The jobs before rollouts, by resource name.</summary>
    private IEnumerable<(string Name, PipelinePolicy Pipeline, string Image)> Predeploys() =>
        from each in Scenario.Policies
        from pipeline in each.Policies.Pipelines.Values
        from stage in pipeline.Stages
        where stage.Strategy.Predeploy is not null
        select (JobOf(stage), pipeline, stage.Strategy.Predeploy!.Image);

    /// <summary>The stage that a job belongs to, as a target or as what runs before a rollout.</summary>
    public (string Pipeline, string Stage) StageOfJob(string job) => (
        from each in Scenario.Policies
        from pipeline in each.Policies.Pipelines.Values
        from stage in pipeline.Stages
        where stage.Targets.Any(target => target.ResourceName == job) || (stage.Strategy.Predeploy is not null && JobOf(stage) == job)
        select (pipeline.Name, stage.Name)).First();

    /// <summary>The resource name of the job before a stage's rollouts.</summary>
    public static string JobOf(StagePolicy stage) =>
        new Target(stage.Targets[0].Project, stage.Targets[0].Region, stage.Strategy.Predeploy!.Job, stage.Strategy.Predeploy.Image, null, TargetKind.Job).ResourceName;

    private ImageReference First(PipelinePolicy pipeline, string image)
    {
        var first = Scenario.Pushes.First(push => push.Repository == pipeline.Images[image]);
        return new(first.Repository, null, first.Digest);
    }

    private void Create(Target target, ImageReference? image)
    {
        if (target.Kind == TargetKind.Job)
            Run.Jobs!.Create(target.ResourceName, image);
        else
            Run.Create(target.ResourceName, image);
    }

    private void Activate(PolicySet policies)
    {
        if (Store.Active is not null)
            Weather.Count(Fault.PolicyChanged);
        Store.Activate(new(policies.Commit, Clock.Now, "git", null, null, Clock.Now, ""));
    }
}
