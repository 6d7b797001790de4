using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.World;

namespace CdAutomation.Simulation.Checks;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Checker">Whose.</param>
/// <param name="At">When.</param>
/// <param name="What">One sentence.</param>
internal sealed record Violation(string Checker, DateTimeOffset At, string What);

/// <summary>
/// One invariant, stated apart from the code that is to keep it: it looks at facts and at the scenario, never at how something was decided.
/// A checker in a file of its own is found by itself.
/// </summary>
internal abstract class Checker
{
    private static readonly Type[] Kinds = [.. typeof(Checker).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Checker)) && !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal)];

    private readonly List<Violation> _violations = [];

    public string Name => GetType().Name;

    /// <summary>What must hold, as a sentence.</summary>
    public abstract string Invariant { get; }

    public IReadOnlyList<Violation> Violations => _violations;

    protected SimulatedWorld World { get; private set; } = null!;

    public static IReadOnlyList<Checker> All() => [.. Kinds.Select(kind => (Checker)Activator.CreateInstance(kind)!)];

    public void Begin(SimulatedWorld world) => World = world;

    /// <summary>Something has just become true.</summary>
    public abstract void See(Fact fact);

    /// <summary>The run is over: faults have stopped, and all has come to rest or never will.</summary>
    public virtual void End()
    {
    }

    protected void Violated(string what) => _violations.Add(new(Name, World.Clock.Now, what));
}
